package org.sobre.energy.meter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;

/**
 * Intervals from the readings of an energy counter that wraps around: an AMD package of 360 W wraps
 * each 183 s, so a reading a second is far from it. A counter that stands lower than before has
 * wrapped, or was set back; it has wrapped if that makes no sudden power, else nothing tells how
 * much was drawn. Where so much time has passed that it may have wrapped twice nothing tells
 * either.
 */
final class CounterIntegrator {

  private static final Logger LOG = LoggerFactory.getLogger(CounterIntegrator.class);

  /**
   * RAPL's counters are renewed each millisecond or so: between a job's mark and the reading beside
   * it there may be less, and a whole renewal, which is no power of that time.
   */
  private static final long RENEWAL_NANOS = Duration.ofMillis(2).toNanos();

  private record Point(long nanos, long microjoules) {}

  private final MeterId meter;
  private final Duration longestInterval;
  private final PlausiblePower plausible;
  private Optional<Point> last = Optional.empty();
  private Optional<MeteredInterval> lastInterval = Optional.empty();
  private boolean refused;

  CounterIntegrator(MeterId meter, Duration longestInterval, PlausiblePower plausible) {
    this.meter = meter;
    this.longestInterval = longestInterval;
    this.plausible = plausible;
  }

  /**
   * @param rangeMicrojoules the value at which the counter goes back to 0; without it a backward
   *     step gives no interval, as nothing tells how much was drawn
   */
  Optional<MeteredInterval> read(long nanos, long microjoules, OptionalLong rangeMicrojoules) {
    Optional<Point> before = last;
    last = Optional.of(new Point(nanos, microjoules));
    refused = false;
    if (before.isEmpty() || !isInTime(nanos - before.get().nanos, rangeMicrojoules)) {
      return Optional.empty();
    }
    long step = microjoules - before.get().microjoules;
    Optional<MeteredInterval> interval =
        step < 0
            ? wrapped(before.get(), nanos, microjoules, rangeMicrojoules)
            : forward(before.get(), nanos, step);
    refused = interval.isEmpty();
    if (refused && lastInterval.isPresent()) {
      LOG.warn(
          "{}: its counter was set, from {} to {} uJ",
          meter,
          before.get().microjoules,
          microjoules);
    }
    lastInterval = interval;
    return interval;
  }

  /** Whether the last reading told, of a time that it could tell of, what cannot be. */
  boolean refused() {
    return refused;
  }

  private boolean isInTime(long nanos, OptionalLong range) {
    if (nanos <= 0 || nanos > longestInterval.toNanos()) {
      return false;
    }
    return range.isEmpty() || !plausible.allows(Energy.ofMicrojoules(range.getAsLong()), nanos);
  }

  private Optional<MeteredInterval> forward(Point before, long nanos, long step) {
    Energy energy = Energy.ofMicrojoules(step);
    return plausible.allows(energy, Math.max(nanos - before.nanos, RENEWAL_NANOS))
        ? Optional.of(interval(before, nanos, energy))
        : Optional.empty();
  }

  private Optional<MeteredInterval> wrapped(
      Point before, long nanos, long microjoules, OptionalLong range) {
    if (range.isEmpty()
        || before.microjoules > range.getAsLong()
        || microjoules > range.getAsLong()) {
      return Optional.empty();
    }
    return forward(before, nanos, range.getAsLong() - before.microjoules + microjoules)
        .filter(interval -> isNoSuddenPower(interval));
  }

  /**
   * At most what the part is made for, or {@link PlausiblePower#TIMES} times what it drew before.
   */
  private boolean isNoSuddenPower(MeteredInterval wrap) {
    double power = (double) wrap.energy().microjoules() / wrap.nanos();
    double before =
        lastInterval
            .map(interval -> (double) interval.energy().microjoules() / interval.nanos())
            .orElse(Double.MAX_VALUE);
    return power <= PlausiblePower.TIMES * before
        || plausible.allows(
            Energy.ofMicrojoules(wrap.energy().microjoules() * PlausiblePower.TIMES), wrap.nanos());
  }

  private MeteredInterval interval(Point before, long nanos, Energy energy) {
    return new MeteredInterval(
        meter, before.nanos, nanos, energy, Quality.COUNTER, Optional.empty());
  }
}
