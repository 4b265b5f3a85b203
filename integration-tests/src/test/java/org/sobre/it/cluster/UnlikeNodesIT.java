package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/** A node whose cards are unlike: what a job asks for is what it gets, and never less. */
@RealCluster
@Order(2)
class UnlikeNodesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Lab lab;

  UnlikeNodesIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void aMixedNodeSaysWhatEveryCardHasAndWhatOneHas() {
    List<String> features =
        List.of(
            lab.exec("root", "sinfo", "-h", "-N", "-n", "mixed1", "-p", "mixed", "-o", "%f")
                .text()
                .split(",", -1));
    assertThat(features)
        .contains("vram_ge_12g", "vram_has_24g", "gpu_family_ada", "gpu_family_kepler")
        .doesNotContain("vram_ge_16g", "vram_ge_24g", "vram_has_32g");
  }

  /** By partition alone, by type too, or by both cards of the board: 24 GB are not to be had. */
  @ParameterizedTest
  @ValueSource(strings = {"--gres=gpu:1", "--gres=gpu:tesla_k80:1", "--gres=gpu:tesla_k80:2"})
  void aJobThatNeeds24GbOnEveryCardIsRefusedByTheMixedPartition(String gres) {
    Result refusal = submit("mixed", gres, "--constraint=vram_ge_24g");
    assertThat(refusal.exitCode()).isNotZero();
    assertThat(refusal.error()).contains("Requested node configuration is not available");
  }

  @Test
  void aJobThatNeeds24GbGetsThemOutsideTheMixedPartition() {
    String job = submit("main", "--gres=gpu:1", "--constraint=vram_ge_24g").text();
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.exec("root", "sacct", "-X", "-n", "-P", "-o", "NodeList", "-j", job).text())
        .isNotEqualTo("mixed1");
  }

  @Test
  void theL4IsGotByItsTypeWithOrWithoutTheConstraint() {
    for (String constraint : List.of("--constraint=vram_has_24g", "--constraint=vram_has_12g")) {
      String job = submit("mixed", "--gres=gpu:nvidia_l4:1", constraint).text();
      assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
      assertThat(typesHeld(job)).containsExactly("nvidia_l4");
      assertThat(lab.output("alice", job)).contains("GPUs    1: GPU-c5533cd4");
    }
  }

  @Test
  void bothGpusOfTheBoardAreGotByTheirType() {
    String job = submit("mixed", "--gres=gpu:tesla_k80:2", "--constraint=vram_ge_12g").text();
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(typesHeld(job)).containsExactly("tesla_k80", "tesla_k80");
  }

  private List<String> typesHeld(String job) {
    Map<String, Object> held = LedgerLines.object(lab.awaitJobLine("mixed1", job), "held");
    return LedgerLines.objects(held, "gpus").stream()
        .map(gpu -> String.valueOf(gpu.get("type")))
        .toList();
  }

  private Result submit(String partition, String gres, String constraint) {
    return lab.trySbatch("alice", "exec sobre run -- sleep 2", "-p", partition, gres, constraint);
  }
}
