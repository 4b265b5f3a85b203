package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;

/**
 * One line of {@code nvidia-smi --query-gpu}.
 *
 * @param average the power over the last second, which Ampere (but GA100) and newer cards tell
 * @param drawn {@code power.draw}, else {@code power.draw.instant}: an average or the power of that
 *     instant, by the card
 * @param busyPercent utilisation
 */
record NvidiaRow(
    String uuid,
    Reading<Power> average,
    Reading<Power> drawn,
    OptionalInt busyPercent,
    OptionalLong memoryUsedMebibytes)
    implements PowerSample {

  NvidiaRow {
    requireNonNull(uuid, "uuid");
    requireNonNull(average, "average");
    requireNonNull(drawn, "drawn");
    requireNonNull(busyPercent, "busyPercent");
    requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
  }
}
