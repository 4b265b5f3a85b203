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
 * straight line. The very first reading, where it is an average, makes one too: of the second it
 * speaks of, but for what lies before the metering began.
 */
final class PowerIntegrator {

  /** What {@code power.draw.average} is the mean of ({@code nvidia-smi --help-query-gpu}). */
  private static final Duration AVERAGED = Duration.ofSeconds(1);

  private record Sample(long nanos, Power power) {}

  private final MeterId meter;
  private final Duration longestInterval;
  private OptionalLong beganAtNanos;
  private Optional<Sample> last = Optional.empty();

  /**
   * @param beganAtNanos when the metering began, since boot: nothing is counted before it
   */
  PowerIntegrator(MeterId meter, Duration longestInterval, long beganAtNanos) {
    this.meter = meter;
    this.longestInterval = longestInterval;
    this.beganAtNanos = OptionalLong.of(beganAtNanos);
  }

  Optional<MeteredInterval> read(long nanos, NvidiaRow row) {
    Optional<Power> average = row.average().measured();
    Optional<Power> power = average.isPresent() ? average : row.drawn().measured();
    Optional<Sample> before = last;
    if (before.isPresent() && nanos <= before.get().nanos) {
      // A second row within one instant adds no time.
      return Optional.empty();
    }
    last = power.map(p -> new Sample(nanos, p));
    OptionalLong began = beganAtNanos;
    beganAtNanos = OptionalLong.empty();
    if (power.isEmpty()) {
      return Optional.empty();
    }
    if (before.isPresent()) {
      return between(before.get(), nanos, power.get(), average.isPresent(), row);
    }
    return average.isPresent() && began.isPresent()
        ? ofTheSecondBefore(began.getAsLong(), nanos, power.get(), row)
        : Optional.empty();
  }

  /** Nothing was seen for a while: the next reading begins anew. */
  void lose() {
    beganAtNanos = OptionalLong.empty();
    last = Optional.empty();
  }

  private Optional<MeteredInterval> ofTheSecondBefore(
      long began, long nanos, Power average, NvidiaRow row) {
    long from = Math.max(began, nanos - AVERAGED.toNanos());
    return from < nanos
        ? between(new Sample(from, average), nanos, average, true, row)
        : Optional.empty();
  }

  private Optional<MeteredInterval> between(
      Sample before, long nanos, Power power, boolean coversTheTimeBefore, NvidiaRow row) {
    Duration time = Duration.ofNanos(nanos - before.nanos);
    if (time.compareTo(longestInterval) > 0) {
      return Optional.empty();
    }
    Power mean =
        coversTheTimeBefore
            ? power
            : new Power((before.power.microwatts() + power.microwatts() + 1) / 2);
    return Optional.of(
        new MeteredInterval(
            meter,
            before.nanos,
            nanos,
            mean.over(time),
            Quality.SAMPLED,
            Optional.of(
                new MeteredInterval.Load(
                    row.busy(), row.memoryUsedMebibytes(), OptionalLong.of(power.milliwatts())))));
  }
}
