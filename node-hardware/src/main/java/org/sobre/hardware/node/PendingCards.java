package org.sobre.hardware.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.nvidia.NvidiaDiscovery;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;

/**
 * Which cards of the PCI bus may still come: those that have not answered, or have no device file,
 * and of which nobody has said why that would stay so.
 */
final class PendingCards {

  private PendingCards() {}

  /** Sentences of one card each; empty where there is nothing to wait for. */
  static List<String> of(PciScan bus, NodeDescription node, SysRoot root) {
    List<String> pending = new ArrayList<>();
    for (PciDisplay display : bus.displays()) {
      Optional<Gpu> gpu = node.gpus().stream().filter(one -> isAt(display, one)).findFirst();
      if (isToCome(display, node) && gpu.map(g -> mayStillCome(g, root)).orElse(true)) {
        pending.add(
            display.address()
                + " ("
                + gpu.flatMap(Gpu::stateDetail).orElse("it did not answer")
                + ")");
      }
    }
    return pending;
  }

  /** Another vendor's tool may tell of a card at the same address, which the bus does not show. */
  private static boolean isAt(PciDisplay display, Gpu gpu) {
    return gpu.vendor() == display.vendor() && gpu.pciAddress().equals(display.address());
  }

  /** Bound to its vendor's driver, or to none while that may be loading. */
  private static boolean isToCome(PciDisplay display, NodeDescription node) {
    return switch (display.vendor()) {
      case NVIDIA ->
          display.driver().map("nvidia"::equals).orElse(true) && !isAbsent("nvidia-smi", node);
      case AMD -> display.driver().map("amdgpu"::equals).orElse(true);
    };
  }

  private static boolean isAbsent(String tool, NodeDescription node) {
    return node.probes().stream()
        .anyMatch(probe -> probe.name().equals(tool) && probe.outcome() == Outcome.ABSENT);
  }

  private static boolean mayStillCome(Gpu gpu, SysRoot root) {
    return switch (gpu.vendor()) {
      case NVIDIA -> NvidiaDiscovery.mayStillCome(gpu, root);
      case AMD -> amdMayStillCome(gpu, root);
    };
  }

  /** A card that amdgpu drives has a directory drm, and udev makes the file of its name. */
  private static boolean amdMayStillCome(Gpu gpu, SysRoot root) {
    Path drm = root.sys().resolve("bus/pci/devices/" + gpu.pciAddress() + "/drm");
    return switch (gpu.state()) {
      case OK -> gpu.device().isEmpty() && !gpu.partitioned() && Files.isDirectory(drm);
      case UNREADABLE -> true;
      case LOST, NEEDS_RESET -> false;
    };
  }
}
