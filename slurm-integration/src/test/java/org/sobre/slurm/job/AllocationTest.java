package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

class AllocationTest {

  private static final NodeDocument NODE = node("GPU-a", "GPU-b", "GPU-c");

  @Test
  void withoutASchedulerEveryGpuIsOurs() {
    Allocation allocation = Allocation.of(Map.of(), Optional.empty());
    assertThat(allocation.job()).isEmpty();
    assertThat(allocation.devices()).isEqualTo(new Devices.All());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "NoDevFiles"})
  void aListThatNamesNoDeviceMeansNone(String value) {
    Allocation allocation = Allocation.of(Map.of("CUDA_VISIBLE_DEVICES", value), Optional.of(NODE));
    assertThat(allocation.devices()).isEqualTo(new Devices.None());
  }

  @Test
  void theListEndsAtTheFirstWordThatNamesNoDeviceAsInCuda() {
    Allocation allocation =
        Allocation.of(Map.of("CUDA_VISIBLE_DEVICES", "2,-1,0"), Optional.empty());
    assertThat(allocation.devices()).isEqualTo(new Devices.Visible(List.of(2)));
  }

  @Test
  void identifiersAreTakenAsTheyAre() {
    Allocation allocation =
        Allocation.of(Map.of("CUDA_VISIBLE_DEVICES", "MIG-6b1c-4e,GPU-77aa"), Optional.of(NODE));
    assertThat(allocation.devices())
        .isEqualTo(new Devices.Identified(List.of("MIG-6b1c-4e", "GPU-77aa")));
  }

  /** The recording of slurm-facts: with ConstrainDevices the job's own list counts from 0. */
  @ParameterizedTest
  @CsvSource({
    "constrained, 1, 0, GPU-b",
    "unconstrained, 1, 1, GPU-b",
    "constrained last, 2, 0, GPU-c",
    "absent list, 2, , GPU-c"
  })
  void slurmsPositionBecomesAUuid(String name, String held, String visible, String uuid) {
    Map<String, String> environment = new HashMap<>(Map.of("SLURM_JOB_ID", "7"));
    environment.put("SLURM_JOB_GPUS", held);
    if (visible != null) {
      environment.put("CUDA_VISIBLE_DEVICES", visible);
    }
    assertThat(Allocation.of(environment, Optional.of(NODE)).devices())
        .as(name)
        .isEqualTo(new Devices.Identified(List.of(uuid)));
  }

  @Test
  void aStepHoldsItsOwnPartOfTheJob() {
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "0,1,2", "SLURM_STEP_GPUS", "2");
    assertThat(Allocation.of(environment, Optional.of(NODE)).devices())
        .isEqualTo(new Devices.Identified(List.of("GPU-c")));
  }

  @ParameterizedTest
  @CsvSource({"'0,1', 1, GPU-b", "'0,2', 2, GPU-c", "'1,2', 0, GPU-b"})
  void aScriptMayNarrowItsGpus(String held, String kept, String uuid) {
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", held, "CUDA_VISIBLE_DEVICES", kept);
    assertThat(Allocation.of(environment, Optional.of(NODE)).devices())
        .isEqualTo(new Devices.Identified(List.of(uuid)));
  }

  /** The node's second card, or the second of those held: what the runtime makes of it stands. */
  @Test
  void aNumberThatCanMeanTwoCardsIsNotGuessed() {
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "1,2", "CUDA_VISIBLE_DEVICES", "1");
    assertThat(Allocation.of(environment, Optional.of(NODE)).devices())
        .isEqualTo(new Devices.Visible(List.of(1)));
  }

  @Test
  void withoutTheNodesDocumentTheVisibleIndicesRemain() {
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "2", "CUDA_VISIBLE_DEVICES", "0");
    assertThat(Allocation.of(environment, Optional.empty()).devices())
        .isEqualTo(new Devices.Visible(List.of(0)));
  }

  @Test
  void aPositionTheDocumentDoesNotHaveIsNotGuessed() {
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "3", "CUDA_VISIBLE_DEVICES", "0");
    assertThat(Allocation.of(environment, Optional.of(NODE)).devices())
        .isEqualTo(new Devices.Visible(List.of(0)));
  }

  @Test
  void aJobWithoutGpusHoldsNone() {
    Allocation allocation = Allocation.of(Map.of("SLURM_JOB_ID", "7"), Optional.of(NODE));
    assertThat(allocation.devices()).isEqualTo(new Devices.None());
    assertThat(allocation.job()).contains(new JobKey(7, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLURM_RESTART_COUNT", "SLURM_JOB_RESTART_COUNT"})
  void aRequeueIsAnotherStartOfTheJob(String variable) {
    Allocation allocation =
        Allocation.of(Map.of("SLURM_JOB_ID", "7", variable, "2"), Optional.empty());
    assertThat(allocation.job()).contains(new JobKey(7, 2));
  }

  private static final NodeDocument MIXED =
      UnlikeNodes.node(
          List.of("GPU-a", UnlikeNodes.AMD_0, "GPU-b"),
          List.of("GPU-a", "GPU-b", UnlikeNodes.AMD_0));

  /** Both variables hold what Slurm gave, of whichever vendor the cards are. */
  @ParameterizedTest
  @CsvSource({
    "2, 2, AMD-946d7e1ef9b172dd",
    "2, 0, AMD-946d7e1ef9b172dd",
    "1, 1, GPU-b",
    "'0,2', '0,2', 'GPU-a,AMD-946d7e1ef9b172dd'",
    "'1,2', '0,1', 'GPU-b,AMD-946d7e1ef9b172dd'"
  })
  void onANodeOfBothVendorsAPositionIsOneOfEither(String held, String shown, String devices) {
    Map<String, String> environment =
        Map.of(
            "SLURM_JOB_ID", "7",
            "SLURM_JOB_GPUS", held,
            "CUDA_VISIBLE_DEVICES", shown,
            "ROCR_VISIBLE_DEVICES", shown);
    assertThat(Allocation.of(environment, Optional.of(MIXED)).devices())
        .isEqualTo(new Devices.Identified(List.of(devices.split(",", -1))));
  }

  @Test
  void aCommandWithinACommandHoldsWhatTheFirstWasTold() {
    Map<String, String> environment =
        Map.of(
            "SLURM_JOB_ID", "7",
            "SLURM_JOB_GPUS", "0,2",
            "CUDA_VISIBLE_DEVICES", "GPU-a",
            "ROCR_VISIBLE_DEVICES", "GPU-946D7E1EF9B172DD");
    assertThat(Allocation.of(environment, Optional.of(MIXED)).devices())
        .isEqualTo(new Devices.Identified(List.of("GPU-a", UnlikeNodes.AMD_0)));
  }

  /** With Flags=amd_gpu_env this is the only variable there is. */
  @Test
  void anAmdNodeTellsInItsOwnVariable() {
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "1", "ROCR_VISIBLE_DEVICES", "1");
    List<String> cards = List.of(UnlikeNodes.AMD_0, UnlikeNodes.AMD_1);
    assertThat(Allocation.of(environment, Optional.of(UnlikeNodes.node(cards, cards))).devices())
        .isEqualTo(new Devices.Identified(List.of(UnlikeNodes.AMD_1)));
    assertThat(Allocation.of(environment, Optional.empty()).devices())
        .isEqualTo(new Devices.Visible(GpuVendor.AMD, List.of(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, , AMD-946d7e1ef9b172dd",
    "0, '', AMD-946d7e1ef9b172dd",
    "'', 1, GPU-b",
    ", '1,0', 'GPU-b,GPU-a'",
    "0, 1, 'GPU-b,AMD-946d7e1ef9b172dd'"
  })
  void outsideSlurmEachVariableCountsItsVendorsCards(String rocr, String cuda, String devices) {
    assertThat(Allocation.of(variables(rocr, cuda), Optional.of(MIXED)).devices())
        .isEqualTo(new Devices.Identified(List.of(devices.split(",", -1))));
  }

  @Test
  void aNumberStaysOneWhereNobodyKnowsTheCard() {
    assertThat(Allocation.of(variables("0", null), Optional.empty()).devices())
        .isEqualTo(new Devices.Visible(GpuVendor.AMD, List.of(0)));
    assertThat(Allocation.of(variables("0", "0"), Optional.empty()).devices())
        .isEqualTo(new Devices.Visible(GpuVendor.NVIDIA, List.of(0)));
    assertThat(Allocation.of(variables(null, "2"), Optional.of(MIXED)).devices())
        .isEqualTo(new Devices.Visible(GpuVendor.NVIDIA, List.of(2)));
    NodeDocument withALostCard = UnlikeNodes.node(List.of("GPU-a!", "GPU-b"), List.of("GPU-b"));
    assertThat(Allocation.of(variables(null, "0"), Optional.of(withALostCard)).devices())
        .isEqualTo(new Devices.Visible(GpuVendor.NVIDIA, List.of(0)));
  }

  private static Map<String, String> variables(@Nullable String rocr, @Nullable String cuda) {
    Map<String, String> environment = new HashMap<>();
    if (rocr != null) {
      environment.put("ROCR_VISIBLE_DEVICES", rocr);
    }
    if (cuda != null) {
      environment.put("CUDA_VISIBLE_DEVICES", cuda);
    }
    return environment;
  }

  private static NodeDocument node(String... uuids) {
    List<GresEntry> gres =
        java.util.stream.IntStream.range(0, uuids.length)
            .mapToObj(
                i ->
                    new GresEntry(
                        i, "gpu", "rtx", Path.of("/dev/nvidia" + i), Optional.empty(), uuids[i]))
            .toList();
    return new NodeDocument(
        "n1",
        "boot",
        "digest",
        Optional.empty(),
        gres,
        List.of(),
        List.of(),
        new CpuTopology("cpu", 1, 1, 1),
        MemorySize.ofMebibytes(1));
  }
}
