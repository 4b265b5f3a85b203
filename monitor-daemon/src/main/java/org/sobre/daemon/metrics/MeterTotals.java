package org.sobre.daemon.metrics;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Counters of what the meters saw, from 0 at each start of the daemon. Every interval is counted
 * when it is read, whole, before anybody is charged for it: some seconds before the ledger's own
 * sums. Used by one thread.
 */
public final class MeterTotals {

  private static final class Total {
    final Map<Quality, Long> microjoules = new EnumMap<>(Quality.class);
    final Map<Reason, Long> missingNanos = new EnumMap<>(Reason.class);
    long observedNanos;

    MeterFigures of(MeterStatus status) {
      return new MeterFigures(
          status.meter(),
          status.source(),
          status.missing(),
          microjoules,
          observedNanos,
          missingNanos,
          OptionalLong.empty());
    }
  }

  private final Map<MeterId, Total> byMeter = new HashMap<>();
  private OptionalLong lookedAtNanos = OptionalLong.empty();

  /** What was read. */
  public void add(Collection<MeteredInterval> intervals) {
    for (MeteredInterval interval : intervals) {
      Total total = total(interval.meter());
      total.microjoules.merge(interval.quality(), interval.energy().microjoules(), Long::sum);
      total.observedNanos += interval.nanos();
    }
  }

  /**
   * As it stands. A meter that tells now that it is missing was that since the last look.
   *
   * @param meters that there are now; one that has gone keeps its sums, should it come back
   */
  public List<MeterFigures> look(List<MeterStatus> meters, long nowNanos) {
    long since = nowNanos - lookedAtNanos.orElse(nowNanos);
    lookedAtNanos = OptionalLong.of(nowNanos);
    for (MeterStatus status : meters) {
      status
          .missing()
          .ifPresent(reason -> total(status.meter()).missingNanos.merge(reason, since, Long::sum));
    }
    return meters.stream().map(status -> total(status.meter()).of(status)).toList();
  }

  private Total total(MeterId meter) {
    return byMeter.computeIfAbsent(meter, any -> new Total());
  }
}
