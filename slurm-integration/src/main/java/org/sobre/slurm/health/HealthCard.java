package org.sobre.slurm.health;

import static java.util.Objects.requireNonNull;

import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;

/**
 * A GPU that was given to Slurm, so that its health is the node's.
 *
 * @param index in PCI order on this node, as {@code sobre discover} counts
 * @param device the id by which the ledger knows it: of the board, where jobs get partitions of it
 */
public record HealthCard(int index, GpuVendor vendor, String device, PciAddress address) {

  public HealthCard {
    if (index < 0) {
      throw new IllegalArgumentException("GPU index must be 0 or more, found " + index);
    }
    requireNonNull(vendor, "vendor");
    requireNonNull(device, "device");
    requireNonNull(address, "address");
  }
}
