package org.sobre.it.gres;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.sobre.hardware.units.Reading;

/**
 * The machine behind a recording, as far as the recording tells it; its processors are two sockets
 * of 96 cores, its memory is 1 TiB.
 *
 * @param completed whether a card's device file or id is the test's: many outputs tell none
 */
record RecordedNode(String name, NodeDescription description, boolean completed) {

  private static final int CORES = 96;

  /** Of a MI300A. */
  private static final int COMPUTE_DIES = 6;

  private static final MemorySize NOTHING = MemorySize.ofMebibytes(0);

  /** Empty for a text that lists no GPU: an error, a log, one figure of a card. */
  static Optional<RecordedNode> of(Path file, String text) throws IOException {
    List<Gpu> told = told(file, text);
    List<Gpu> gpus = told.stream().map(RecordedNode::completed).toList();
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RecordedNode(
                String.valueOf(file.getFileName()), description(gpus), !gpus.equals(told)));
  }

  /** Of GPUs in MIG mode also what stands beside the recording. */
  private static List<Gpu> told(Path file, String text) throws IOException {
    try {
      List<Gpu> told = NvidiaRecorded.read(text).or(() -> AmdRecorded.read(text)).orElse(List.of());
      List<String> beside = MigFacts.beside(file, told);
      return beside.isEmpty()
          ? told
          : NvidiaRecorded.together(Stream.concat(Stream.of(text), beside.stream()).toList())
              .orElseThrow()
              .gpus();
    } catch (IllegalArgumentException e) {
      // cut off, as some recordings are
      return List.of();
    }
  }

  /** Its name, and why its GPUs are not offered. */
  String whyNot() {
    Stream<String> reasons =
        description.gpus().stream()
            .flatMap(
                gpu ->
                    Stream.concat(
                        gpu.whyNotOffered(NOTHING).stream(),
                        gpu.partitions().stream().flatMap(part -> part.whyNotOffered().stream())));
    return name + " " + reasons.distinct().toList();
  }

  /** Whether a job could be given one of its partitions. */
  boolean offersPartitions() {
    return description.gpus().stream()
        .flatMap(gpu -> gpu.partitions().stream())
        .anyMatch(partition -> partition.whyNotOffered().isEmpty());
  }

  /**
   * The same machine with its accelerators split, a part each compute die: no recording of CPX mode
   * tells model and memory. Only a MI300A is recorded with its memory, which has six. Empty for
   * another machine.
   */
  Optional<RecordedNode> inCpxMode() {
    List<Gpu> gpus = description.gpus();
    return gpus.stream().allMatch(RecordedNode::splits)
        ? Optional.of(
            new RecordedNode(
                name + " in CPX mode",
                description(gpus.stream().map(RecordedNode::inParts).toList()),
                true))
        : Optional.empty();
  }

  private static boolean splits(Gpu gpu) {
    return gpu.model().contains("MI300A") && gpu.whyNotOffered(NOTHING).isEmpty();
  }

  private static Gpu inParts(Gpu gpu) {
    long share = gpu.memoryTotal().measured().orElseThrow().bytes() / COMPUTE_DIES;
    Reading<MemorySize> memory = Reading.of(new MemorySize(share));
    List<GpuPartition> parts =
        IntStream.range(0, COMPUTE_DIES)
            .mapToObj(
                i ->
                    new GpuPartition(
                        gpu.uuid().map(id -> id + "/" + i),
                        Optional.of("cpx"),
                        memory,
                        memory,
                        List.of(
                            Path.of("/dev/dri/renderD" + (256 + COMPUTE_DIES * gpu.index() + i))),
                        OptionalInt.empty(),
                        OptionalInt.empty()))
            .toList();
    return with(gpu, true, parts, gpu.device());
  }

  /** Minors against bus order, as they may be. */
  private static Gpu completed(Gpu gpu) {
    Path file =
        gpu.device()
            .orElseGet(
                () ->
                    Path.of(
                        gpu.vendor() == GpuVendor.AMD
                            ? "/dev/dri/renderD" + (255 - gpu.index())
                            : "/dev/nvidia" + (127 - gpu.index())));
    List<GpuPartition> partitions =
        IntStream.range(0, gpu.partitions().size()).mapToObj(i -> completed(gpu, i, file)).toList();
    return with(gpu, gpu.partitioned(), partitions, Optional.of(file));
  }

  private static Gpu with(
      Gpu gpu, boolean partitioned, List<GpuPartition> partitions, Optional<Path> device) {
    return new Gpu(
        gpu.index(),
        gpu.vendor(),
        gpu.model(),
        gpu.uuid().or(() -> Optional.of("GPU-of-the-test-" + gpu.index())),
        gpu.pciAddress(),
        device,
        gpu.memoryTotal(),
        gpu.memoryFree(),
        gpu.state(),
        gpu.stateDetail(),
        gpu.architecture(),
        gpu.computeCapability(),
        gpu.driver(),
        partitioned,
        partitions,
        gpu.locality(),
        gpu.links(),
        gpu.family(),
        gpu.tdpWatts(),
        false);
  }

  /** Devices of a partition go by the board's minor, which a table does not tell. */
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
