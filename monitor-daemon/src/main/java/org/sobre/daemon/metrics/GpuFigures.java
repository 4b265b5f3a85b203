package org.sobre.daemon.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;

/**
 * A GPU as it stands, of the last second.
 *
 * @param device the id by which the ledger knows it
 * @param model as the vendor's tool prints it
 * @param held which share of it jobs hold, above 0, by their account; the empty word is that of
 *     jobs without one
 */
public record GpuFigures(
    String device,
    GpuVendor vendor,
    String model,
    PciAddress pciAddress,
    OptionalInt busyPercent,
    OptionalLong memoryUsedMebibytes,
    OptionalLong memoryTotalMebibytes,
    Map<String, Double> held) {

  public GpuFigures {
    requireNonNull(device, "device");
    requireNonNull(vendor, "vendor");
    requireNonNull(model, "model");
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(busyPercent, "busyPercent");
    requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
    requireNonNull(memoryTotalMebibytes, "memoryTotalMebibytes");
    held = Map.copyOf(held);
  }

  /** 0 to 1: a station's card, which nobody holds alone, is held once however many use it. */
  double heldShare() {
    return Math.min(1, held.values().stream().mapToDouble(Double::doubleValue).sum());
  }
}
