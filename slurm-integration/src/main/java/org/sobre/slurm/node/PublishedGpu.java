package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;

/**
 * One GPU of the node, whether Slurm is given it or not: an entry of {@code gpus[]} in node.json.
 *
 * @param model as the vendor's tool prints it
 * @param device the id by which gres entries and the ledger know the card; absent where it could
 *     not be asked
 * @param usable whether its state is {@code ok}
 * @param memoryTotalMebibytes of the whole board; absent where it could not be read
 * @param partitioned whether the board is split: a job can then have a partition, never the whole
 * @param partitions those that were told, in their tool's order
 * @param tdpWatts design power of the card, above 0; absent where nobody has published it
 * @param computeCapability {@code 8.9}, told by the driver or known of the model; NVIDIA only
 */
public record PublishedGpu(
    GpuVendor vendor,
    String model,
    Optional<String> device,
    PciAddress pciAddress,
    boolean usable,
    OptionalLong memoryTotalMebibytes,
    boolean partitioned,
    List<PublishedPartition> partitions,
    OptionalInt tdpWatts,
    Optional<String> computeCapability) {

  public PublishedGpu {
    requireNonNull(vendor, "vendor");
    requireNonNull(model, "model");
    requireNonNull(device, "device");
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(memoryTotalMebibytes, "memoryTotalMebibytes");
    partitions = List.copyOf(partitions);
    requireNonNull(computeCapability, "computeCapability");
    if (!partitioned && !partitions.isEmpty()) {
      throw new IllegalArgumentException(
          "GPU " + pciAddress + " is not partitioned and has " + partitions.size() + " partitions");
    }
    if (tdpWatts.isPresent() && tdpWatts.getAsInt() < 1) {
      throw new IllegalArgumentException("tdpWatts must be above 0, found " + tdpWatts);
    }
  }

  /** A card of whose model nothing is published. */
  public PublishedGpu(
      GpuVendor vendor,
      String model,
      Optional<String> device,
      PciAddress pciAddress,
      boolean usable,
      OptionalLong memoryTotalMebibytes,
      boolean partitioned,
      List<PublishedPartition> partitions) {
    this(
        vendor,
        model,
        device,
        pciAddress,
        usable,
        memoryTotalMebibytes,
        partitioned,
        partitions,
        OptionalInt.empty(),
        Optional.empty());
  }

  /** A card that is not split. */
  public PublishedGpu(
      GpuVendor vendor,
      String model,
      Optional<String> device,
      PciAddress pciAddress,
      boolean usable,
      OptionalLong memoryTotalMebibytes) {
    this(vendor, model, device, pciAddress, usable, memoryTotalMebibytes, false, List.of());
  }

  /** A card whose memory is not told. */
  public PublishedGpu(
      GpuVendor vendor,
      String model,
      Optional<String> device,
      PciAddress pciAddress,
      boolean usable) {
    this(vendor, model, device, pciAddress, usable, OptionalLong.empty());
  }

  /** As the card would be published. */
  public static PublishedGpu of(Gpu gpu) {
    return new PublishedGpu(
        gpu.vendor(),
        gpu.model(),
        gpu.uuid(),
        gpu.pciAddress(),
        gpu.state() == GpuState.OK,
        gpu.memoryTotal()
            .match(total -> OptionalLong.of(total.mebibytes()), missing -> OptionalLong.empty()),
        gpu.partitioned(),
        gpu.partitions().stream().map(PublishedPartition::of).toList(),
        gpu.tdpWatts(),
        gpu.computeCapability());
  }
}
