package org.sobre.energy.meter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Intervals of one card that tells both its energy counter and its power: of the counter while that
 * is trusted, else of the power. No time is in two of them.
 */
final class CountedCard {

  private static final Logger LOG = LoggerFactory.getLogger(CountedCard.class);

  /**
   * Between a job's mark and the reading before it there may be milliseconds, and the counter adds
   * up what was drawn in bursts: each 20 to 100 ms, on the cards of which that is public.
   */
  private static final Duration LONGEST_LAG = Duration.ofMillis(250);

  private record Point(long nanos, long microjoules) {}

  private final MeterId meter;
  private final CounterTrust trust;
  private final PlausiblePower plausible;
  private final Duration longestInterval;
  private final PowerIntegrator power;
  private Optional<Point> counted = Optional.empty();
  private OptionalLong withoutCounterSince = OptionalLong.empty();
  private boolean hasCounter = true;
  private long coveredUntilNanos;

  /**
   * @param fromNanos nothing was seen before: not even the second that a first mean power tells of
   */
  CountedCard(
      MeterId meter,
      CounterTrust trust,
      PlausiblePower plausible,
      Duration longestInterval,
      long fromNanos) {
    this.meter = meter;
    this.trust = trust;
    this.plausible = plausible;
    this.longestInterval = longestInterval;
    this.power = new PowerIntegrator(meter, longestInterval, fromNanos);
    this.coveredUntilNanos = fromNanos;
  }

  MeterId meter() {
    return meter;
  }

  /** Whether energy is of the counter now. */
  boolean isCounted() {
    return hasCounter && trust.trusted();
  }

  /** What was found wrong with the counter; empty where nothing was, or there is none. */
  Optional<String> verdict() {
    return hasCounter ? trust.why() : Optional.empty();
  }

  /** Why the counter is not used; empty while it is, or while it is not proven yet. */
  Optional<String> whyNotCounted() {
    return hasCounter ? trust.why() : Optional.of("the card tells none");
  }

  /** What was seen since the reading before. */
  Optional<MeteredInterval> read(CountedSample reading) {
    Optional<MeteredInterval> byPower = power.read(reading.nanos(), reading);
    Optional<MeteredInterval> told =
        reading
            .counterMicrojoules()
            .match(
                microjoules -> readCounter(reading, microjoules, byPower),
                missing -> {
                  if (reading.whyNoPower().isEmpty()) {
                    missCounter(reading.nanos(), missing.reason() == Reason.NOT_SUPPORTED);
                  }
                  return isCounted() ? Optional.<MeteredInterval>empty() : byPower;
                });
    return told.flatMap(this::notCoveredBefore);
  }

  /** Nothing was seen for a while: the next reading begins anew. The counter may have run on. */
  void lose() {
    power.lose();
    counted = Optional.empty();
    withoutCounterSince = OptionalLong.empty();
  }

  private Optional<MeteredInterval> readCounter(
      CountedSample reading, long microjoules, Optional<MeteredInterval> byPower) {
    withoutCounterSince = OptionalLong.empty();
    Optional<Point> before = counted;
    Point now = new Point(reading.nanos(), microjoules);
    counted = Optional.of(now);
    Optional<Energy> step = before.flatMap(point -> step(point, now));
    if (step.isEmpty()) {
      // a first reading, or one after a gap or a driver that was loaded anew: a new base
      return isCounted() ? Optional.empty() : byPower;
    }
    Point from = before.orElseThrow();
    // absent where the power was not read all that time
    Optional<Energy> integrated =
        byPower.filter(interval -> interval.fromNanos() == from.nanos).map(MeteredInterval::energy);
    long nanos = now.nanos - from.nanos;
    boolean byInstants = PowerIntegrator.isByInstants(reading, nanos);
    integrated.ifPresent(energy -> trust.compare(nanos, step.get(), energy, byInstants));
    if (isCounted()) {
      return Optional.of(
          new MeteredInterval(
              meter,
              from.nanos,
              now.nanos,
              step.get(),
              Quality.COUNTER,
              Optional.of(PowerIntegrator.load(reading, milliwatts(reading))),
              integrated));
    }
    return integrated.isPresent()
        ? byPower.map(interval -> interval.withBeside(step.get()))
        : byPower;
  }

  private static OptionalLong milliwatts(CountedSample reading) {
    Optional<Power> mean = reading.average().measured();
    Optional<Power> shown = mean.isPresent() ? mean : reading.drawn().measured();
    return shown.isPresent() ? OptionalLong.of(shown.get().milliwatts()) : OptionalLong.empty();
  }

  /** Empty if the counter cannot have run from one to the other. */
  private Optional<Energy> step(Point from, Point to) {
    long nanos = to.nanos - from.nanos;
    long microjoules = to.microjoules - from.microjoules;
    if (nanos <= 0 || nanos > longestInterval.toNanos()) {
      return Optional.empty();
    }
    if (microjoules >= 0) {
      Energy step = Energy.ofMicrojoules(microjoules);
      if (plausible.allows(step, nanos + LONGEST_LAG.toNanos())) {
        return Optional.of(step);
      }
    }
    if (trust.leapt(nanos)) {
      LOG.warn(
          "{}: its energy counter was set, from {} to {} uJ: the driver was loaded anew, or the"
              + " card reset",
          meter,
          from.microjoules,
          to.microjoules);
    }
    return Optional.empty();
  }

  /** Of a card that tells its power, and so is well. */
  private void missCounter(long nanos, boolean forGood) {
    if (forGood) {
      hasCounter = false;
    } else if (withoutCounterSince.isEmpty()) {
      withoutCounterSince = OptionalLong.of(nanos);
    } else if (nanos - withoutCounterSince.getAsLong() > longestInterval.toNanos()) {
      trust.distrust("it cannot be read");
    }
  }

  private Optional<MeteredInterval> notCoveredBefore(MeteredInterval interval) {
    long covered = coveredUntilNanos;
    if (interval.toNanos() <= covered) {
      return Optional.empty();
    }
    coveredUntilNanos = interval.toNanos();
    return Optional.of(interval.fromNanos() < covered ? interval.after(covered) : interval);
  }
}
