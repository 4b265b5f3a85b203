package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.Proportion;

/**
 * What a package, or its memory, draws while nobody does anything: the lowest mean of a minute in
 * which no run was there and the processors did hardly anything. Never learnt from a minute of
 * load, whose lowest is too much; but a loaded minute of less than the floor shows that the floor
 * was too high.
 *
 * @param microwatts absent until there was such a minute
 * @param minute the one that is going on; absent where none needs to be looked at
 */
record CpuFloor(MeterId meter, OptionalLong microwatts, Optional<Minute> minute) {

  private static final long LENGTH_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  /**
   * Intervals one after another, all quiet or all not.
   *
   * @param toNanos larger than {@code fromNanos}
   */
  record Minute(long fromNanos, long toNanos, long microjoules, boolean quiet) {
    Minute {
      if (toNanos <= fromNanos || microjoules < 0) {
        throw new IllegalArgumentException(
            "expected a time and energy from 0, found "
                + fromNanos
                + " to "
                + toNanos
                + ", "
                + microjoules);
      }
    }

    private Minute plus(MeteredInterval interval) {
      return new Minute(
          fromNanos, interval.toNanos(), microjoules + interval.energy().microjoules(), quiet);
    }
  }

  CpuFloor {
    requireNonNull(meter, "meter");
    requireNonNull(microwatts, "microwatts");
    requireNonNull(minute, "minute");
  }

  static CpuFloor unknown(MeterId meter) {
    return new CpuFloor(meter, OptionalLong.empty(), Optional.empty());
  }

  /** Whether there is nothing to be kept. */
  boolean isNothing() {
    return microwatts.isEmpty() && minute.isEmpty();
  }

  /**
   * With the next interval of the meter.
   *
   * @param quiet whether nothing was done in all of it
   */
  CpuFloor plus(MeteredInterval interval, boolean quiet) {
    if (!quiet && microwatts.isEmpty()) {
      return unknown(meter);
    }
    Minute grown =
        minute
            .filter(one -> one.quiet() == quiet && one.toNanos() == interval.fromNanos())
            .map(one -> one.plus(interval))
            .orElseGet(
                () ->
                    new Minute(
                        interval.fromNanos(),
                        interval.toNanos(),
                        interval.energy().microjoules(),
                        quiet));
    long nanos = grown.toNanos() - grown.fromNanos();
    if (nanos < LENGTH_NANOS) {
      return new CpuFloor(meter, microwatts, Optional.of(grown));
    }
    long mean = Proportion.of(grown.microjoules(), NANOS_PER_SECOND, nanos);
    long lowest = Math.min(mean, microwatts.orElse(Long.MAX_VALUE));
    return new CpuFloor(meter, OptionalLong.of(lowest), Optional.empty());
  }
}
