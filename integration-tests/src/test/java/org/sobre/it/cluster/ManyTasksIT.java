package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;

/** A wrapper for each of many: the tasks of a step, the elements of an array. */
@RealCluster
@Order(4)
class ManyTasksIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String NODE = "gpu1";

  private final Lab lab;

  ManyTasksIT(Lab lab) {
    this.lab = lab;
  }

  /**
   * Two cards of 24 GB for four tasks: two share each, and a model that needs one whole is none.
   */
  @Test
  void fourTasksShareTheStepsCardsAndOneSpeaksForThem() {
    String task = "sh -c \"echo task \\$SLURM_PROCID batch {batch_size}; echo SOBRE_ITEMS 7\"";
    String job =
        lab.sbatch(
            "alice",
            "srun -n 4 sobre infer --profile sd21-infer -- " + task,
            "--nodelist=" + NODE,
            "--ntasks=4",
            "--overcommit",
            "--gres=gpu:2");
    String whole =
        lab.sbatch(
            "alice",
            "srun -n 4 sobre finetune --profile sd21-finetune -- " + task,
            "--nodelist=" + NODE,
            "--ntasks=4",
            "--overcommit",
            "--gres=gpu:2");
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", job).lines().filter(line -> line.startsWith("task")).sorted())
        .hasSize(4)
        .allMatch(line -> line.matches("task [0-3] batch [1-9]\\d*"));
    Map<String, Object> declared = LedgerLines.object(lab.awaitJobLine(NODE, job), "declared");
    assertThat(declared).containsEntry("items", 7).containsEntry("profile", "sd21-infer");

    assertThat(lab.awaitEnd(whole, PATIENCE).exitCode()).isEqualTo("69:0");
    assertThat(lab.output("alice", whole)).doesNotContainPattern("(?m)^task \\d batch");
  }

  /** Each task's own, of which Slurm takes the highest. */
  @Test
  void theStepEndsAsItsTasksDo() {
    String job =
        lab.sbatch(
            "alice",
            "srun -n 4 sobre run --quiet -- sh -c \"exit \\$SLURM_PROCID\"",
            "--nodelist=" + NODE,
            "--ntasks=4",
            "--overcommit");
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("FAILED", "3:0"));
  }

  @Test
  void eachOfTwentyElementsEndsAsItsCommandDoes() {
    String array =
        lab.sbatch(
            "alice",
            "exec sobre run -- sh -c \"exit $((SLURM_ARRAY_TASK_ID % 2))\"",
            "--array=1-20");
    List<JobRecord> ends =
        await("all elements of " + array)
            .atMost(PATIENCE)
            .until(() -> lab.awaitEnds(array, PATIENCE), found -> found.size() == 20);
    assertThat(ends).filteredOn(new JobRecord("COMPLETED", "0:0")::equals).hasSize(10);
    assertThat(ends).filteredOn(new JobRecord("FAILED", "1:0")::equals).hasSize(10);
  }
}
