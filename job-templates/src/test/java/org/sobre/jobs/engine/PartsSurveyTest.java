package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/** What a job may plan with on a part of a GPU. */
class PartsSurveyTest {

  private static final Path A100 =
      Path.of(
          "../node-hardware/src/test/resources/recordings/nvidia/"
              + "a100-sxm4-80gb_535.54.03_q-x-mig-1of4.xml");

  /** The recording has no list: this is one of our making, in nvidia-smi's form. */
  private static final String LIST =
      """
      GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-513536b6-7d19-9063-b049-1e69664bb298)
        MIG 1g.20gb     Device  0: (UUID: MIG-00000000-0000-0000-0000-000000000000)
        MIG 1g.20gb     Device  1: (UUID: MIG-00000000-0000-0000-0000-000000000001)
        MIG 1g.20gb     Device  2: (UUID: MIG-00000000-0000-0000-0000-000000000002)
        MIG 1g.20gb     Device  3: (UUID: MIG-00000000-0000-0000-0000-000000000003)
      """;

  private String log = "";

  @BeforeEach
  void readRecording() throws IOException {
    log = Files.readString(A100);
  }

  private final ToolRunner nvidiaSmi =
      (command, environment, deadline) -> {
        String question = String.join(" ", command.subList(1, command.size()));
        Optional<String> answer =
            question.equals("-q -x")
                ? Optional.of(log)
                : question.equals("-L") ? Optional.of(LIST) : Optional.empty();
        return new ToolResult(
            command,
            ToolResult.Ending.EXITED,
            OptionalInt.of(answer.isPresent() ? 0 : 2),
            answer.orElse(""),
            "",
            Duration.ZERO);
      };

  private List<Device> held(String... ids) throws PlanningException {
    return new GpuSurvey(nvidiaSmi, "nvidia-smi", new SysRoot(Path.of("/nowhere")))
        .held(new Devices.Identified(List.of(ids)), List.of(), Optional.empty());
  }

  @Test
  void aMigPartitionHasItsOwnMemoryAndNotTheBoards() throws PlanningException {
    assertThat(held("MIG-00000000-0000-0000-0000-000000000002"))
        .extracting(Device::model, Device::free, Device::total)
        .containsExactly(
            tuple(
                "NVIDIA A100-SXM4-80GB 1g.20gb",
                MemorySize.ofMebibytes(19_955),
                MemorySize.ofMebibytes(19_968)));
  }

  @Test
  void aPartitionThatIsNotListedIsNamed() {
    assertThatThrownBy(() -> held("MIG-77"))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("MIG-77")
        .hasMessageContaining("lists 4 partition(s)");
  }

  private static GresEntry shared(int position) {
    return new GresEntry(
        position,
        "gpu",
        "l4",
        List.of(Path.of("/dev/nvidia" + position)),
        Optional.empty(),
        List.of(),
        OptionalInt.of(23),
        "GPU-" + (1 + position),
        Optional.empty());
  }

  private static NodeDocument sharedNode() {
    return new NodeDocument(
        "n",
        "b",
        "d",
        Optional.empty(),
        List.of(shared(0), shared(1)),
        List.of(),
        List.of(),
        new CpuTopology("c", 1, 1, 1),
        MemorySize.ofMebibytes(1));
  }

  private static Device l4(long freeMebibytes) {
    return l4("GPU-1", freeMebibytes);
  }

  private static Device l4(String id, long freeMebibytes) {
    return new Device(
        id,
        "NVIDIA L4",
        GpuVendor.NVIDIA,
        MemorySize.ofMebibytes(freeMebibytes),
        MemorySize.ofMebibytes(23_034),
        Optional.empty(),
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "10, 22000, 10014, 10014, NVIDIA L4 (10 of 23 shards)",
    "10,  3000,  3000, 10014, NVIDIA L4 (10 of 23 shards)",
    "23, 22000, 22000, 23034, NVIDIA L4",
    "x,  22000, 22000, 23034, NVIDIA L4"
  })
  void shardsPromiseTheirPartOfTheMemory(
      String shards, long free, long usable, long total, String called) {
    ShardPromise promise = ShardPromise.of(Map.of("SLURM_SHARDS_ON_NODE", shards));
    assertThat(promise.limit(List.of(l4(free)), Optional.of(sharedNode())))
        .extracting(Device::free, Device::total, Device::model)
        .containsExactly(
            tuple(MemorySize.ofMebibytes(usable), MemorySize.ofMebibytes(total), called));
  }

  /**
   * 10 shards may lie 1 + 9, 30 at the most 23 + 7: no GPU is planned with more than it may have.
   */
  @ParameterizedTest
  @CsvSource({"2, 1", "10, 1", "30, 7", "46, 23"})
  void shardsOfSeveralGpusPromiseWhatEachHasAtTheLeast(String shards, int ofEach) {
    List<Device> devices = List.of(l4("GPU-1", 23_000), l4("GPU-2", 23_000));
    assertThat(
            ShardPromise.of(Map.of("SLURM_SHARDS_ON_NODE", shards))
                .limit(devices, Optional.of(sharedNode())))
        .extracting(Device::total)
        .containsOnly(MemorySize.ofMebibytes(23_034L * ofEach / 23));
  }

  @Test
  void withoutANodeOrShardsNothingIsTakenAway() {
    List<Device> devices = List.of(l4(1_000));
    assertThat(new ShardPromise(OptionalLong.of(2)).limit(devices, Optional.empty()))
        .isEqualTo(devices);
    assertThat(ShardPromise.of(Map.of()).limit(devices, Optional.of(sharedNode())))
        .isEqualTo(devices);
  }
}
