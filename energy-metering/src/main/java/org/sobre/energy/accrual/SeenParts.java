package org.sobre.energy.accrual;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.meter.MeteredInterval;

/** What the meters saw of one run, and why some saw nothing. */
final class SeenParts {

  /** Written where no meter gave anything and none said why: nobody was looking. */
  private static final String NOT_OBSERVED = "not-observed";

  private final SortedMap<MeterId, Share> totals = new TreeMap<>();
  private final SortedMap<MeterId, String> missing = new TreeMap<>();
  private final SortedSet<MeterId> expected = new TreeSet<>();
  private Use use = Use.NONE;

  /** As a line tells. */
  void takeUp(JobLine line) {
    for (PartEnergy part : line.energy()) {
      if (part.observedMillis() > 0 || !part.energy().isZero()) {
        totals.put(
            part.meter(),
            new Share(part.energy(), part.idle(), MeterTally.nanos(part.observedMillis())));
      }
      part.missing()
          .filter(reason -> !reason.equals(NOT_OBSERVED))
          .ifPresent(reason -> missing.put(part.meter(), reason));
    }
    use = line.use().map(Use::of).orElse(Use.NONE);
  }

  /**
   * @param used whether the run used the device, as far as its load tells
   */
  void add(MeteredInterval interval, Share share, boolean used) {
    totals.merge(interval.meter(), share, Share::plus);
    if (interval.meter().part() == Part.GPU && interval.load().isPresent() && used) {
      use = use.plus(interval.load().get(), share.observedNanos());
    }
  }

  void miss(MeterId meter, String reason) {
    missing.put(meter, reason);
  }

  /** Of a meter that saw nothing of the run this is told too. */
  void expect(MeterId meter) {
    expected.add(meter);
  }

  /** Absent if nothing can be told. */
  Optional<JobLine.GpuUse> use() {
    return use.equals(Use.NONE) ? Optional.empty() : Optional.of(use.asLine());
  }

  /**
   * Energy by meter: what was seen, and every meter that was not, with its reason.
   *
   * @param boards that the run holds
   * @param gapNanos a meter unseen for longer has its reason told, if one is known
   */
  List<PartEnergy> parts(Set<String> boards, long elapsedNanos, long gapNanos) {
    SortedSet<MeterId> meters = new TreeSet<>(totals.keySet());
    meters.addAll(missing.keySet());
    meters.addAll(expected);
    boards.forEach(board -> meters.add(new MeterId(Part.GPU, board)));
    List<PartEnergy> parts = new ArrayList<>();
    for (MeterId meter : meters) {
      Share share = totals.getOrDefault(meter, Share.NONE);
      Optional<String> reason = Optional.ofNullable(missing.get(meter));
      if (share.observedNanos() == 0 && share.energy().isZero()) {
        reason = Optional.of(reason.orElse(NOT_OBSERVED));
      } else if (elapsedNanos - share.observedNanos() <= gapNanos) {
        reason = Optional.empty();
      }
      parts.add(
          new PartEnergy(
              meter,
              share.energy(),
              share.idle(),
              MeterTally.millis(share.observedNanos()),
              reason));
    }
    return parts;
  }
}
