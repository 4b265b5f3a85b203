package org.sobre.slurm.health;

import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;

/** Cards of two vendors, for the tests of this package. */
final class Cards {

  static final HealthCard FIRST = nvidia(0, "0000:24:00.0");
  static final HealthCard SECOND = nvidia(1, "0000:41:00.0");
  static final HealthCard AMD =
      new HealthCard(2, GpuVendor.AMD, "AMD-5b1e7c0a9d4f2836", address("0000:c1:00.0"));

  private Cards() {}

  static HealthCard nvidia(int index, String address) {
    return new HealthCard(index, GpuVendor.NVIDIA, "GPU-" + index, address(address));
  }

  static PciAddress address(String text) {
    return PciAddress.parse(text).orElseThrow();
  }
}
