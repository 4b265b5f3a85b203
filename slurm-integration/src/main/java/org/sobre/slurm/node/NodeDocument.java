package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

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

  /** A vendor's working cards in PCI order: the order in which its runtime counts them. */
  public List<PublishedGpu> usable(GpuVendor vendor) {
    return gpus.stream().filter(gpu -> gpu.vendor() == vendor && gpu.usable()).toList();
  }

  /** Who made a device; empty if it is not one of this node's. */
  public Optional<GpuVendor> vendorOf(String device) {
    return gpus.stream()
        .filter(gpu -> gpu.device().filter(device::equals).isPresent())
        .map(PublishedGpu::vendor)
        .findFirst();
  }
}
