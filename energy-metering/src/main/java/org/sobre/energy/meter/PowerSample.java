package org.sobre.energy.meter;

import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;

/** What one look at a card told: its power, and how it was used. */
interface PowerSample {

  /** The mean power over the second before, where the card promises exactly that. */
  Reading<Power> average();

  /** The power as the card shows it: of that instant, or a mean over a time that is not told. */
  Reading<Power> drawn();

  /** Utilisation above 0 %. */
  Optional<Boolean> busy();

  OptionalLong memoryUsedMebibytes();

  /** Why neither power could be read; empty if one could. */
  default Optional<Reading.Reason> whyNoPower() {
    if (average() instanceof Reading.Measured<Power>) {
      return Optional.empty();
    }
    return drawn().match(power -> Optional.empty(), missing -> Optional.of(missing.reason()));
  }
}
