package org.sobre.energy.meter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Power;

/**
 * Intervals from readings of power. Two readings make one: a power that is the average of the last
 * second counts for the whole time up to it, a power of an instant is joined to the one before by a
 * straight line. A first reading that is such an average makes one alone, of what of its second
 * lies after the start of whoever reads: what was before, nobody saw, or a daemon that was killed.
 */
final class PowerIntegrator {

  private record Sample(long nanos, Power power) {}

  /** What {@code power.draw.average} is the average of: nvidia-smi --help-query-gpu. */
  private static final long AVERAGED_NANOS = Duration.ofSeconds(1).toNanos();

  /** A reading is never a second apart to the nanosecond. */
  private static final long NEARLY_AVERAGED_NANOS = AVERAGED_NANOS * 3 / 2;

  private final MeterId meter;
  private final Duration longestInterval;
  private Optional<Sample> last = Optional.empty();
  private long coveredUntilNanos;

  /**
   * @param startedNanos of the node's uptime clock: nothing before is told
   */
  PowerIntegrator(MeterId meter, Duration longestInterval, long startedNanos) {
    this.meter = meter;
    this.longestInterval = longestInterval;
    this.coveredUntilNanos = startedNanos;
  }

  Optional<MeteredInterval> read(long nanos, PowerSample sample) {
    Optional<Power> average = sample.average().measured();
    Optional<Power> power = average.isPresent() ? average : sample.drawn().measured();
    Optional<Sample> before = last;
    if (before.isPresent() && nanos <= before.get().nanos) {
      // A second one within one instant adds no time.
      return Optional.empty();
    }
    last = power.map(p -> new Sample(nanos, p));
    if (power.isEmpty()) {
      return Optional.empty();
    }
    if (before.isPresent() && nanos - before.get().nanos <= longestInterval.toNanos()) {
      return between(before.get(), nanos, power.get(), average.isPresent(), sample);
    }
    return average.flatMap(mean -> interval(nanos - AVERAGED_NANOS, nanos, mean, mean, sample));
  }

  /**
   * Whether the energy of a time is that of single instants in it, or of a part of it.
   *
   * @param nanos its length, up to the sample
   */
  static boolean isByInstants(PowerSample sample, long nanos) {
    return nanos > NEARLY_AVERAGED_NANOS || sample.average().measured().isEmpty();
  }

  /** Nothing was seen for a while: the next reading begins anew. */
  void lose() {
    last = Optional.empty();
  }

  private Optional<MeteredInterval> between(
      Sample before, long nanos, Power power, boolean coversTheTimeBefore, PowerSample sample) {
    Power mean =
        coversTheTimeBefore
            ? power
            : new Power((before.power.microwatts() + power.microwatts() + 1) / 2);
    return interval(before.nanos, nanos, mean, power, sample);
  }

  /** Nothing is covered twice, and nothing before the start. */
  private Optional<MeteredInterval> interval(
      long fromNanos, long toNanos, Power mean, Power shown, PowerSample sample) {
    long from = Math.max(fromNanos, coveredUntilNanos);
    if (from >= toNanos) {
      return Optional.empty();
    }
    coveredUntilNanos = toNanos;
    return Optional.of(
        new MeteredInterval(
            meter,
            from,
            toNanos,
            mean.over(Duration.ofNanos(toNanos - from)),
            Quality.SAMPLED,
            Optional.of(load(sample, OptionalLong.of(shown.milliwatts())))));
  }

  /**
   * How the device was used.
   *
   * @param milliwatts at the end
   */
  static MeteredInterval.Load load(PowerSample sample, OptionalLong milliwatts) {
    return new MeteredInterval.Load(
        sample.busy(),
        sample.memoryUsedMebibytes(),
        milliwatts,
        sample.busyPercent(),
        sample.celsius());
  }
}
