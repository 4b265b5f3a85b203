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
 * straight line.
 */
final class PowerIntegrator {

  private record Sample(long nanos, Power power) {}

  private final MeterId meter;
  private final Duration longestInterval;
  private Optional<Sample> last = Optional.empty();

  PowerIntegrator(MeterId meter, Duration longestInterval) {
    this.meter = meter;
    this.longestInterval = longestInterval;
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
    if (power.isEmpty() || before.isEmpty()) {
      return Optional.empty();
    }
    return between(before.get(), nanos, power.get(), average.isPresent(), row);
  }

  /** Nothing was seen for a while: the next reading begins anew. */
  void lose() {
    last = Optional.empty();
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
