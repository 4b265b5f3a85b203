package org.sobre.energy.meter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;

/**
 * Intervals from the readings of an energy counter that wraps around. Two wraps between two
 * readings cannot be seen: an AMD package of 360 W wraps each 183 s, so a reading a second is far
 * from it.
 */
final class CounterIntegrator {

  /** No package draws this much: a larger step is a counter that was set back, not energy. */
  private static final double IMPLAUSIBLE_WATTS = 5_000;

  /** One microjoule a nanosecond is a kilowatt. */
  private static final double WATTS_IN_MICROJOULES_PER_NANOSECOND = 1_000;

  private record Point(long nanos, long microjoules) {}

  private final MeterId meter;
  private final Duration longestInterval;
  private Optional<Point> last = Optional.empty();

  CounterIntegrator(MeterId meter, Duration longestInterval) {
    this.meter = meter;
    this.longestInterval = longestInterval;
  }

  /**
   * @param rangeMicrojoules the value at which the counter goes back to 0; without it a backward
   *     step gives no interval, as nothing tells how much was drawn
   */
  Optional<MeteredInterval> read(long nanos, long microjoules, OptionalLong rangeMicrojoules) {
    Optional<Point> before = last;
    last = Optional.of(new Point(nanos, microjoules));
    return before.flatMap(point -> between(point, nanos, microjoules, rangeMicrojoules));
  }

  private Optional<MeteredInterval> between(
      Point before, long nanos, long microjoules, OptionalLong range) {
    long time = nanos - before.nanos;
    if (time <= 0 || time > longestInterval.toNanos()) {
      return Optional.empty();
    }
    long step = microjoules - before.microjoules;
    if (step < 0) {
      if (range.isEmpty() || before.microjoules > range.getAsLong()) {
        return Optional.empty();
      }
      step = range.getAsLong() - before.microjoules + microjoules;
    }
    double watts = WATTS_IN_MICROJOULES_PER_NANOSECOND * step / time;
    if (watts > IMPLAUSIBLE_WATTS) {
      return Optional.empty();
    }
    return Optional.of(
        new MeteredInterval(
            meter,
            before.nanos,
            nanos,
            Energy.ofMicrojoules(step),
            Quality.COUNTER,
            Optional.empty()));
  }
}
