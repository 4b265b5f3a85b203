package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import org.sobre.hardware.units.Power;

/**
 * What a whole node drew at an instant, by its board.
 *
 * @param nanos since boot, when that was asked
 * @param source {@link NodePowerMeter#ACPI_SOURCE} or {@link NodePowerMeter#IPMI_SOURCE}
 */
record NodePower(long nanos, Power power, String source) {
  NodePower {
    requireNonNull(power, "power");
    requireNonNull(source, "source");
  }
}
