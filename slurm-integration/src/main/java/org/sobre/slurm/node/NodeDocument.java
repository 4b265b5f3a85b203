package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;

/**
 * The part of {@code node.json} that others read back: who the node is, what Slurm was told, and
 * which device stands at which position. Absent keys of later versions are ignored.
 *
 * @param boot the boot that wrote it
 * @param digest SHA-256, in hexadecimal, of what Slurm was told
 * @param gres by position
 * @param gpus every GPU found, of the vendors this version knows
 */
public record NodeDocument(
    String node,
    String boot,
    String digest,
    Optional<String> slurmVersion,
    List<GresEntry> gres,
    List<PublishedGpu> gpus,
    List<String> features,
    CpuTopology cpu,
    MemorySize memory) {

  public NodeDocument {
    requireNonNull(node, "node");
    requireNonNull(boot, "boot");
    requireNonNull(digest, "digest");
    requireNonNull(slurmVersion, "slurmVersion");
    gres = List.copyOf(gres);
    gpus = List.copyOf(gpus);
    features = List.copyOf(features);
    requireNonNull(cpu, "cpu");
    requireNonNull(memory, "memory");
    for (int i = 0; i < gres.size(); i++) {
      if (gres.get(i).position() != i) {
        throw new IllegalArgumentException(
            "gres at place " + i + " says position " + gres.get(i).position());
      }
    }
  }

  /**
   * What a vendor's runtime counts, in its order: working cards in PCI order; for AMD each
   * partition of a card is a device of its own. CUDA counts no partition: see {@link
   * #cudaCountsCards}.
   *
   * @return ids, absent where the device has none
   */
  public List<Optional<String>> counted(GpuVendor vendor) {
    List<Optional<String>> counted = new ArrayList<>();
    for (PublishedGpu gpu : gpus) {
      if (gpu.vendor() == vendor && gpu.usable()) {
        if (vendor == GpuVendor.AMD && gpu.partitioned()) {
          gpu.partitions().forEach(partition -> counted.add(partition.id()));
        } else {
          counted.add(gpu.device());
        }
      }
    }
    return counted;
  }

  /**
   * Whether numbers in {@code CUDA_VISIBLE_DEVICES} mean cards in PCI order. Where a card is in MIG
   * mode, CUDA takes partitions by their UUID, and its numbers are no longer those of the cards.
   */
  public boolean cudaCountsCards() {
    return gpus.stream().noneMatch(gpu -> gpu.vendor() == GpuVendor.NVIDIA && gpu.partitioned());
  }

  /** Who made a device or its board; empty if it is not one of this node's. */
  public Optional<GpuVendor> vendorOf(String device) {
    return gpuOf(device).map(PublishedGpu::vendor);
  }

  /** The card that a device is, or is a part of; empty if it is not one of this node's. */
  public Optional<PublishedGpu> gpuOf(String device) {
    return gpus.stream()
        .filter(
            gpu ->
                gpu.device().filter(device::equals).isPresent()
                    || gpu.partitions().stream()
                        .anyMatch(part -> part.id().filter(device::equals).isPresent()))
        .findFirst();
  }

  /** What Slurm gives to jobs under a device's id. */
  public Optional<GresEntry> entryOf(String device) {
    return gres.stream().filter(entry -> entry.device().equals(device)).findFirst();
  }
}
