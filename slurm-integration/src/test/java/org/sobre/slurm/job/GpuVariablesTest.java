package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.slurm.node.NodeDocument;

/** The numbers in these environments were seen with Slurm 22.05.8: docs/slurm.md. */
class GpuVariablesTest {

  private static final String CUDA = "CUDA_VISIBLE_DEVICES";
  private static final String ROCR = "ROCR_VISIBLE_DEVICES";
  private static final String A0 = UnlikeNodes.AMD_0;
  private static final String A1 = UnlikeNodes.AMD_1;

  private static final NodeDocument NVIDIA_FIRST =
      UnlikeNodes.node(List.of("GPU-a", "GPU-b", A0, A1), List.of("GPU-a", "GPU-b", A0, A1));
  private static final NodeDocument AMD_FIRST =
      UnlikeNodes.node(List.of(A0, A1, "GPU-a", "GPU-b"), List.of(A0, A1, "GPU-a", "GPU-b"));

  /** What Slurm sets on a node without Flags. */
  private static Map<String, String> job(String positions, String shown) {
    Map<String, String> environment = new HashMap<>();
    environment.put("SLURM_JOB_ID", "7");
    environment.put("SLURM_JOB_GPUS", positions);
    List.of(CUDA, ROCR, "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK")
        .forEach(variable -> environment.put(variable, shown));
    environment.put("PATH", "/bin");
    return environment;
  }

  private static Map<String, String> command(Map<String, String> environment, NodeDocument node) {
    Allocation allocation = Allocation.of(environment, Optional.of(node));
    return GpuVariables.forCommand(environment, allocation, Optional.of(node));
  }

  @ParameterizedTest
  @CsvSource({"free,        0, 0, GPU-a", "free,        1, 1, GPU-b", "constrained, 1, 0, GPU-b"})
  void anNvidiaJobOnAMixedNodeHearsOfNoAmdCard(
      String name, String position, String shown, String card) {
    assertThat(command(job(position, shown), NVIDIA_FIRST))
        .as(name)
        .containsEntry(CUDA, card)
        .containsEntry("PATH", "/bin")
        .doesNotContainKeys(ROCR, "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK", "HIP_VISIBLE_DEVICES");
  }

  @Test
  void aPositionBeyondTheVendorsOwnCardsBecomesItsId() {
    assertThat(command(job("2", "2"), AMD_FIRST)).containsEntry(CUDA, "GPU-a");
    assertThat(command(job("2", "2"), NVIDIA_FIRST))
        .containsEntry(ROCR, "GPU-946d7e1ef9b172dd")
        .doesNotContainKeys(CUDA, "GPU_DEVICE_ORDINAL", "ZE_AFFINITY_MASK");
  }

  @Test
  void aJobOfBothVendorsHasBothAndHipIsKeptFromCudasList() {
    assertThat(command(job("0,2,3", "0,2,3"), NVIDIA_FIRST))
        .containsEntry(CUDA, "GPU-a")
        .containsEntry(ROCR, "GPU-946d7e1ef9b172dd,GPU-0123456789abcdef")
        .containsEntry("HIP_VISIBLE_DEVICES", "0,1");
  }

  @ParameterizedTest
  @CsvSource({
    "free,            2, 2, 0",
    "free,            3, 3, 1",
    "free,        '2,3', '2,3', '0,1'",
    "free both,   '0,3', '0,3', 1",
    "constrained,     3, 0, 0",
    "constrained both, '0,3', '0,1', 0",
  })
  void aCardWithoutAnIdThatRocmKnowsIsCounted(
      String name, String positions, String shown, String counted) {
    List<String> cards = List.of("GPU-a", "GPU-b", UnlikeNodes.AMD_BY_ADDRESS, "AMD-0000:c4:00.0");
    assertThat(command(job(positions, shown), UnlikeNodes.node(cards, cards)))
        .as(name)
        .containsEntry(ROCR, counted);
  }

  @Test
  void onAPlainNodeSlurmsNumbersStand() {
    List<String> cards = List.of("GPU-a", "GPU-b");
    Map<String, String> environment =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "1", CUDA, "1", "PATH", "/bin");
    assertThat(command(environment, UnlikeNodes.node(cards, cards))).isEqualTo(environment);
    List<String> amd = List.of(A0, A1);
    Map<String, String> withFlags =
        Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "1", ROCR, "1", "PATH", "/bin");
    assertThat(command(withFlags, UnlikeNodes.node(amd, amd))).isEqualTo(withFlags);
  }

  /** Slurm groups by type, CUDA counts along the bus. */
  @Test
  void interleavedTypesAreToldByTheirIds() {
    NodeDocument node =
        UnlikeNodes.node(List.of("GPU-a", "GPU-b", "GPU-c"), List.of("GPU-a", "GPU-c", "GPU-b"));
    assertThat(command(job("1", "1"), node)).containsEntry(CUDA, "GPU-c");
  }

  /** CUDA counts it, Slurm was not given it. */
  @Test
  void aDisplayCardBeforeTheOthersDoesNotShiftThem() {
    NodeDocument node = UnlikeNodes.node(List.of("GPU-small", "GPU-a"), List.of("GPU-a"));
    assertThat(command(job("0", "0"), node)).containsEntry(CUDA, "GPU-a");
  }

  @Test
  void withALostCardNobodyKnowsHowTheOthersAreCounted() {
    NodeDocument node = UnlikeNodes.node(List.of("GPU-a!", "GPU-b"), List.of("GPU-b"));
    assertThat(command(job("0", "0"), node)).containsEntry(CUDA, "GPU-b");
  }

  @Test
  void whatTheScriptNarrowedStaysNarrow() {
    Map<String, String> environment = job("0,1,2", "0,1,2");
    environment.put(CUDA, "1");
    environment.put(ROCR, "");
    assertThat(command(environment, NVIDIA_FIRST))
        .containsEntry(CUDA, "GPU-b")
        .doesNotContainKey(ROCR);
  }

  @Test
  void aPartitionIsLeftAlone() {
    Map<String, String> environment = job("0", "MIG-6b1c-4e");
    assertThat(command(environment, NVIDIA_FIRST)).isEqualTo(environment);
  }

  @Test
  void outsideSlurmNothingIsTouched() {
    Map<String, String> environment = Map.of(CUDA, "GPU-a", ROCR, "0");
    assertThat(command(environment, NVIDIA_FIRST)).isEqualTo(environment);
  }
}
