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

  /** Why neither power could be read; empty if one could. */
  default Optional<Reading.Reason> whyNoPower() {
    if (average() instanceof Reading.Measured<Power>) {
      return Optional.empty();
    }
    return drawn().match(power -> Optional.empty(), missing -> Optional.of(missing.reason()));
  }
}
