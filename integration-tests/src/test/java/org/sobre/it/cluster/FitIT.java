package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/** What {@code sobre fit} says of a real cluster, and that a job asked for so gets such a card. */
@RealCluster
@Order(3)
class FitIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lab lab;

  FitIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void everyClassOfTheClusterHasAVerdict() {
    assertThat(rows("alice", "sd21-finetune"))
        .extracting(row -> row.path("gpu").asText() + " " + row.path("verdict").asText())
        .containsExactly(
            "tesla_k80 unsupported",
            "nvidia_geforce_rtx_4090 fits",
            "nvidia_l4 fits",
            "amd_instinct_mi210 fits");
    assertThat(rows("alice", "sd21-finetune"))
        .extracting(row -> row.path("total").asInt())
        .containsExactly(2, 2, 1, 1);
  }

  /** Root may read what the nodes have published: the memory is then their drivers' own figure. */
  @Test
  void whoMayReadTheLedgersDirectoryIsToldTheExactMemory() {
    assertThat(row("root", "nvidia_l4").path("vramMiB").asLong()).isEqualTo(23034);
    assertThat(row("root", "nvidia_l4").has("vramGB")).isFalse();
    assertThat(row("alice", "nvidia_l4").path("vramGB").asInt()).isEqualTo(24);
  }

  @Test
  void aCardThatAJobHoldsIsNotFree() {
    int before = free("nvidia_geforce_rtx_4090");
    String job = lab.sbatch("alice", "sleep 60", "-w", "gpu1", "--gres=gpu:1");
    lab.awaitStart(job);
    try {
      assertThat(free("nvidia_geforce_rtx_4090")).isEqualTo(before - 1);
    } finally {
      lab.exec("root", "scancel", job).text();
    }
    await("the card to be free again")
        .atMost(PATIENCE)
        .until(() -> free("nvidia_geforce_rtx_4090") == before);
  }

  /** The L4 among K80s, by its type; a size, through a shell, as it is pasted. */
  @Test
  void whatIsPastedBehindSbatchGetsSuchACard() {
    JsonNode card = row("alice", "nvidia_l4");
    List<String> words = new ArrayList<>(List.of("sbatch", "--parsable", "-o", "%j.out"));
    card.path("sbatch").forEach(option -> words.add(option.asText()));
    words.addAll(List.of("--wrap", "exec sobre run --dry-run --profile sd21-finetune -- true"));
    String l4 = lab.exec("alice", words.toArray(String[]::new)).text();

    String pasted =
        "eval \"sbatch --parsable -o %j.out $(sobre fit sd21-finetune --vram 48GB | grep -e --gres)"
            + " --wrap 'echo \\$SLURMD_NODENAME'\"";
    String large = lab.exec("alice", "sh", "-c", pasted).text();

    assertThat(lab.awaitEnd(l4, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", l4)).contains("NVIDIA L4", "variant full");
    assertThat(lab.awaitEnd(large, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", large)).isEqualTo("amd1\n");
  }

  @Test
  void withoutAControllerItSaysSoWithinItsDeadline() {
    // the lab's own goes on: after a restart of slurmctld nodes register when they are asked
    String dead = "s/^SlurmctldHost=.*/SlurmctldHost=ctl(127.0.0.1)\\nSlurmctldPort=1/";
    String script =
        "sed '%s' /etc/slurm/slurm.conf >dead.conf && SLURM_CONF=$PWD/dead.conf".formatted(dead)
            + " sobre fit sd21-infer --cluster";
    Result silent = lab.exec("alice", "sh", "-c", "cd \"$HOME\" && " + script);
    assertThat(silent.exitCode()).isEqualTo(69);
    assertThat(silent.error()).contains("--cluster: Slurm did not answer within 3 s");
  }

  private int free(String type) {
    return row("alice", type).path("free").asInt();
  }

  private JsonNode row(String user, String type) {
    return rows(user, "sd21-finetune").stream()
        .filter(row -> row.path("gpu").asText().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private List<JsonNode> rows(String user, String profile) {
    String json = lab.exec(user, "sobre", "fit", profile, "--cluster", "--format", "json").text();
    try {
      return StreamSupport.stream(JSON.readTree(json).spliterator(), false).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
