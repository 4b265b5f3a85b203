package org.sobre.slurm.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/**
 * Documents of nodes with cards of several kinds. A card is a device id; one that begins with AMD
 * is AMD's, one that ends in {@code !} is not usable.
 */
final class UnlikeNodes {

  static final String AMD_0 = "AMD-946d7e1ef9b172dd";
  static final String AMD_1 = "AMD-0123456789abcdef";

  /** Of a card whose driver tells no unique id. */
  static final String AMD_BY_ADDRESS = "AMD-0000:c3:00.0";

  private UnlikeNodes() {}

  /**
   * @param inPciOrder every card of the node
   * @param offered those given to Slurm, by position
   */
  static NodeDocument node(List<String> inPciOrder, List<String> offered) {
    List<PublishedGpu> gpus = new ArrayList<>();
    for (String device : inPciOrder) {
      gpus.add(
          new PublishedGpu(
              vendor(device),
              "model",
              Optional.of(device.replace("!", "")),
              new PciAddress(0, gpus.size(), 0, 0),
              !device.endsWith("!"),
              OptionalLong.empty()));
    }
    List<GresEntry> gres = new ArrayList<>();
    for (String device : offered) {
      gres.add(
          new GresEntry(
              gres.size(),
              "gpu",
              "type",
              Path.of("/dev/" + gres.size()),
              Optional.empty(),
              device));
    }
    return new NodeDocument(
        "n1",
        "boot",
        "digest",
        Optional.empty(),
        gres,
        gpus,
        List.of(),
        new CpuTopology("cpu", 1, 1, 1),
        MemorySize.ofMebibytes(1));
  }

  private static GpuVendor vendor(String device) {
    return device.startsWith("AMD") ? GpuVendor.AMD : GpuVendor.NVIDIA;
  }
}
