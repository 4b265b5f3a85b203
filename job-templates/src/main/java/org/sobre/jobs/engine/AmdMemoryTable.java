package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.amd.AmdDiscovery;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.PublishedGpu;

/**
 * The memory of a machine's AMD cards, from the files of their driver: no tool is started, as those
 * files have the same figures. A card that the node has published keeps the id and the name it has
 * there.
 *
 * @param devices in PCI order; one that could not be read is not among them
 * @param complaints one for each card that could not be read, for a person
 */
record AmdMemoryTable(List<Device> devices, List<String> complaints) {

  private static final Messages MESSAGES = Messages.of(AmdMemoryTable.class);

  /** The driver of chips before GCN, whose cards no runtime counts. */
  private static final Optional<String> NOT_COUNTED = Optional.of("radeon");

  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private static final ToolRunner NO_TOOLS =
      (command, environment, deadline) ->
          new ToolResult(
              command, ToolResult.Ending.NOT_FOUND, OptionalInt.empty(), "", "", Duration.ZERO);

  AmdMemoryTable {
    devices = List.copyOf(devices);
    complaints = List.copyOf(complaints);
  }

  static AmdMemoryTable read(SysRoot root, Optional<NodeDocument> node) {
    List<PciDisplay> displays =
        PciScan.of(root).of(GpuVendor.AMD).stream()
            .filter(display -> !display.driver().equals(NOT_COUNTED))
            .toList();
    GpuInventory found =
        new AmdDiscovery(NO_TOOLS, "amd-smi", "rocm-smi", root).discover(displays, true, DEADLINE);
    List<Device> devices = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    for (Gpu gpu : found.gpus()) {
      List<Device> ofCard = devices(gpu, published(gpu, node));
      devices.addAll(ofCard);
      if (ofCard.isEmpty()) {
        complaints.add(complaint(gpu));
      }
    }
    return new AmdMemoryTable(devices, complaints);
  }

  private static Optional<PublishedGpu> published(Gpu gpu, Optional<NodeDocument> node) {
    return node.stream()
        .flatMap(document -> document.gpus().stream())
        .filter(known -> known.pciAddress().equals(gpu.pciAddress()))
        .findFirst();
  }

  /** The card, or its partitions; none if it could not be read. */
  private static List<Device> devices(Gpu gpu, Optional<PublishedGpu> published) {
    return gpu.partitioned()
        ? PartitionTable.of(gpu, published.map(PublishedGpu::model).orElse(gpu.model()))
        : device(gpu, published).stream().toList();
  }

  private static Optional<Device> device(Gpu gpu, Optional<PublishedGpu> published) {
    Optional<String> id = published.flatMap(PublishedGpu::device).or(gpu::uuid);
    Optional<MemorySize> total = gpu.memoryTotal().measured();
    Optional<MemorySize> free = gpu.memoryFree().measured();
    if (gpu.state() != GpuState.OK || id.isEmpty() || total.isEmpty() || free.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Device(
            id.get(),
            published.map(PublishedGpu::model).orElse(gpu.model()),
            GpuVendor.AMD,
            free.get(),
            total.get(),
            Optional.empty(),
            Optional.empty()));
  }

  private static String complaint(Gpu gpu) {
    String why =
        gpu.partitioned()
            ? MESSAGES.text("survey.amd.partitioned")
            : why(gpu.memoryTotal())
                .or(() -> why(gpu.memoryFree()))
                .or(gpu::stateDetail)
                .orElse(gpu.state().jsonName());
    return gpu.pciAddress() + ": " + why;
  }

  private static Optional<String> why(Reading<MemorySize> reading) {
    return reading.match(size -> Optional.empty(), missing -> Optional.of(missing.detail()));
  }
}
