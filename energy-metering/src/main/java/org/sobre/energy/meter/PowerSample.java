package org.sobre.energy.meter;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;

/** What one look at a card told: its power, and how it was used. */
interface PowerSample {

  /** The mean power over the second before, where the card promises exactly that. */
  Reading<Power> average();

  /** The power as the card shows it: of that instant, or a mean over a time that is not told. */
  Reading<Power> drawn();

  /** Utilisation, 0 to 100 %; absent where the card does not tell it. */
  OptionalInt busyPercent();

  /** Utilisation above 0 %. */
  default Optional<Boolean> busy() {
    return busyPercent().isPresent() ? Optional.of(busyPercent().getAsInt() > 0) : Optional.empty();
  }

  OptionalLong memoryUsedMebibytes();

  /** Temperature of the chip. */
  OptionalInt celsius();

  /** Why neither power could be read; empty if one could. */
  default Optional<Reading.Reason> whyNoPower() {
    if (average() instanceof Reading.Measured<Power>) {
      return Optional.empty();
    }
    Optional<Reading.Reason> average = reason(average());
    Optional<Reading.Reason> drawn = reason(drawn());
    // a fault says more than that there is no such reading
    return drawn.equals(Optional.of(Reading.Reason.NOT_SUPPORTED)) ? average : drawn;
  }

  private static Optional<Reading.Reason> reason(Reading<Power> power) {
    return power.match(told -> Optional.empty(), missing -> Optional.of(missing.reason()));
  }
}
