package org.sobre.energy.meter;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * How much one card can draw: {@value #TIMES} times its design power (TDP), else as many times the
 * limit it was made with, else 2 kW. Cards do draw more than their TDP, for milliseconds and not
 * four times as much; what tells more is a sick sensor or firmware, and no reading. Said once. For
 * any thread.
 */
final class PlausiblePower {

  static final int TIMES = 4;

  /** No card, package or module of a node draws this much; nor does a limit say so. */
  static final Power MOST_OF_ANY = ofWatts(2_000);

  private static final Logger LOG = LoggerFactory.getLogger(PlausiblePower.class);

  private final String device;
  private final Optional<Power> tdp;
  private final Power mostOfAny;
  private volatile Optional<Power> ownLimit = Optional.empty();
  private final AtomicBoolean said = new AtomicBoolean();

  /**
   * @param tdpWatts above 0; absent where nobody has published it
   */
  PlausiblePower(String device, OptionalInt tdpWatts) {
    this(device, tdpWatts, MOST_OF_ANY);
  }

  /**
   * @param mostOfAny the most where nobody tells a limit, and of a limit that is one
   */
  PlausiblePower(String device, OptionalInt tdpWatts, Power mostOfAny) {
    this.device = device;
    this.mostOfAny = mostOfAny;
    this.tdp = tdpWatts.isPresent() ? Optional.of(ofWatts(tdpWatts.getAsInt())) : Optional.empty();
  }

  private static Power ofWatts(long watts) {
    return new Power(watts * 1_000_000);
  }

  /** Whether the card's own limit would tell anything. */
  boolean wantsLimit() {
    return tdp.isEmpty() && ownLimit.isEmpty();
  }

  /** 0 and all ones are none. */
  boolean isLimit(Power limit) {
    return limit.microwatts() > 0 && limit.compareTo(mostOfAny) <= 0;
  }

  /** The limit that the card was made with, as it tells it. */
  void ownLimit(Power limit) {
    if (isLimit(limit)) {
      ownLimit = Optional.of(limit);
    }
  }

  /** The largest power that is believed. */
  Power most() {
    return tdp.or(() -> ownLimit)
        .map(limit -> new Power(limit.microwatts() * TIMES))
        .orElse(mostOfAny);
  }

  /** The same, or that it failed. */
  Reading<Power> judge(Reading<Power> told) {
    Optional<Power> power = told.measured();
    if (power.isEmpty() || power.get().compareTo(most()) <= 0) {
      return told;
    }
    String what =
        String.format(
            Locale.ROOT, "%.0f W, and it can draw %.0f W", power.get().watts(), most().watts());
    if (said.compareAndSet(false, true)) {
      LOG.warn("{}: it tells {}: such a reading is none", device, what);
    }
    return Reading.unavailable(Reason.FAILED, what);
  }

  /** Whether it can have drawn so much in that time. */
  boolean allows(Energy energy, long nanos) {
    return energy.compareTo(most().over(Duration.ofNanos(nanos))) <= 0;
  }
}
