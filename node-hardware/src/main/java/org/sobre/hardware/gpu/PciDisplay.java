package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.hardware.units.PciAddress;

/**
 * A GPU's function on the PCI bus, of display or accelerator class: what a GPU looks like to a
 * kernel that has no driver for it.
 *
 * @param deviceId vendor and device, as {@code lspci -n} spells them: {@code 10de:2684}
 * @param driver kernel driver bound to it, absent where there is none
 */
public record PciDisplay(
    PciAddress address, GpuVendor vendor, String deviceId, Optional<String> driver) {

  public PciDisplay {
    requireNonNull(address, "address");
    requireNonNull(vendor, "vendor");
    requireNonNull(deviceId, "deviceId");
    requireNonNull(driver, "driver");
  }
}
