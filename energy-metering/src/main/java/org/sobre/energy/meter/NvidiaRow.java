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
 * @param defaultLimit with which the card starts: its design power, mostly
 */
record NvidiaRow(
    String uuid,
    Reading<Power> average,
    Reading<Power> drawn,
    OptionalInt busyPercent,
    OptionalLong memoryUsedMebibytes,
    OptionalInt celsius,
    Reading<Power> defaultLimit)
    implements PowerSample {

  NvidiaRow {
    requireNonNull(uuid, "uuid");
    requireNonNull(average, "average");
    requireNonNull(drawn, "drawn");
    requireNonNull(busyPercent, "busyPercent");
    requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
    requireNonNull(celsius, "celsius");
    requireNonNull(defaultLimit, "defaultLimit");
  }

  /** The same, without a power that the card cannot draw. */
  NvidiaRow believed(PlausiblePower plausible) {
    defaultLimit.measured().ifPresent(plausible::ownLimit);
    return new NvidiaRow(
        uuid,
        plausible.judge(average),
        plausible.judge(drawn),
        busyPercent,
        memoryUsedMebibytes,
        celsius,
        defaultLimit);
  }
}
