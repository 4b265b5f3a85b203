package org.sobre.it.gres;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.amd.AmdRecorded;
import org.sobre.hardware.gpu.nvidia.NvidiaRecorded;
import org.sobre.hardware.node.CpuLayout;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.CpuList;
import org.sobre.hardware.units.MemorySize;

/**
 * The machine behind a recording, as far as the recording tells it; its processors are two sockets
 * of 96 cores, its memory is 1 TiB.
 *
 * @param completed whether a card's device file or id is the test's: many outputs tell none
 */
record RecordedNode(String name, NodeDescription description, boolean completed) {

  private static final int CORES = 96;

  /** Empty for a text that lists no GPU: an error, a log, one figure of a card. */
  static Optional<RecordedNode> of(Path file, String text) {
    List<Gpu> told;
    try {
      told = NvidiaRecorded.read(text).or(() -> AmdRecorded.read(text)).orElse(List.of());
    } catch (IllegalArgumentException e) {
      // cut off, as some recordings are
      return Optional.empty();
    }
    List<Gpu> gpus = told.stream().map(RecordedNode::completed).toList();
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RecordedNode(
                String.valueOf(file.getFileName()), description(gpus), !gpus.equals(told)));
  }

  /** Minors against bus order, as they may be. */
  private static Gpu completed(Gpu gpu) {
    String file =
        gpu.vendor() == GpuVendor.AMD
            ? "/dev/dri/renderD" + (255 - gpu.index())
            : "/dev/nvidia" + (127 - gpu.index());
    return new Gpu(
        gpu.index(),
        gpu.vendor(),
        gpu.model(),
        gpu.uuid().or(() -> Optional.of("GPU-of-the-test-" + gpu.index())),
        gpu.pciAddress(),
        gpu.device().or(() -> Optional.of(Path.of(file))),
        gpu.memoryTotal(),
        gpu.memoryFree(),
        gpu.state(),
        gpu.stateDetail(),
        gpu.architecture(),
        gpu.computeCapability(),
        gpu.driver(),
        gpu.partitioned(),
        IntStream.range(0, gpu.partitions().size())
            .mapToObj(i -> completed(gpu, i, gpu.device().orElse(Path.of(file))))
            .toList(),
        gpu.locality(),
        gpu.links(),
        gpu.family(),
        false);
  }

  /** MIG identifiers and minors are told by -L and /proc, which few recordings have beside them. */
  private static GpuPartition completed(Gpu board, int number, Path device) {
    GpuPartition told = board.partitions().get(number);
    int unit = 16 * board.index() + number;
    List<Path> devices =
        board.vendor() == GpuVendor.AMD
            ? List.of(Path.of("/dev/dri/renderD" + (256 + unit)))
            : List.of(
                device,
                Path.of("/dev/nvidia-caps/nvidia-cap" + 2 * unit),
                Path.of("/dev/nvidia-caps/nvidia-cap" + (2 * unit + 1)));
    return new GpuPartition(
        told.id().or(() -> Optional.of("MIG-of-the-test-" + unit)),
        told.profile(),
        told.memoryTotal(),
        told.memoryFree(),
        told.devices().isEmpty() ? devices : told.devices(),
        told.gpuInstance(),
        told.computeInstance());
  }

  private static NodeDescription description(List<Gpu> gpus) {
    List<List<CpuList>> sockets = new ArrayList<>();
    for (int socket = 0; socket < 2; socket++) {
      int first = socket * CORES;
      sockets.add(
          IntStream.range(first, first + CORES)
              .mapToObj(core -> CpuList.of(List.of(core, core + 2 * CORES)))
              .toList());
    }
    return new NodeDescription(
        "gpu1",
        "5f0c7d3e-0000-4000-8000-000000000001",
        Instant.parse("2026-11-21T08:00:00Z"),
        Optional.empty(),
        new CpuTopology("x", 2, 2 * CORES, 4 * CORES, Optional.of(new CpuLayout(sockets))),
        MemorySize.ofMebibytes(1 << 20),
        gpus,
        List.of(),
        List.of());
  }
}
