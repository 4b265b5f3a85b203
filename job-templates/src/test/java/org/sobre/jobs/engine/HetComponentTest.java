package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.slurm.job.StepTitle;

/** With the variables of a job of two components, 29 on cpu1 and 30 on mixed1 (Slurm 22.05.8). */
class HetComponentTest {

  @ParameterizedTest
  @CsvSource({"cpu1, 29", "mixed1, 30"})
  void whereNoParentIsSeenTheNodesTellTheComponent(String nodes, String id) {
    assertThat(HetComponent.ofOwnJob(task(nodes), Optional::empty))
        .containsEntry("SLURM_JOB_ID", id);
  }

  @Test
  void theStepDaemonKnowsBest() {
    assertThat(HetComponent.ofOwnJob(task("cpu1"), () -> Optional.of(new StepTitle(30, "0"))))
        .containsEntry("SLURM_JOB_ID", "30");
  }

  @Test
  void twoComponentsOnOneNodeAreNotTold() {
    Map<String, String> task = task("cpu1");
    task.put("SLURM_JOB_NODELIST_HET_GROUP_1", "cpu1");
    assertThat(HetComponent.ofOwnJob(task, Optional::empty)).isEqualTo(task);
  }

  @Test
  void anyOtherJobIsAsItIsAndNobodysParentsAreLookedAt() {
    Map<String, String> job = Map.of("SLURM_JOB_ID", "7");
    assertThat(
            HetComponent.ofOwnJob(
                job,
                () -> {
                  throw new AssertionError("looked");
                }))
        .isSameAs(job);
  }

  /** srun --het-group=1, --het-group=0,1, and srun from the script. */
  @ParameterizedTest
  @CsvSource({"2, 1, false, false", "3, 2, false, true", "1, 1, true, true"})
  void aStepOfSeveralComponentsIsSpread(int tasks, int nodes, boolean launches, boolean spread) {
    Map<String, String> task = task("mixed1");
    TaskWorld world = new TaskWorld(tasks, nodes, 1, OptionalInt.empty());
    assertThat(HetComponent.isSpread(task, world, launches)).isEqualTo(spread);
    assertThat(HetComponent.isSpread(Map.of("SLURM_JOB_ID", "7"), world, launches)).isFalse();
  }

  private static Map<String, String> task(String nodes) {
    Map<String, String> task = new HashMap<>();
    task.put("SLURM_HET_SIZE", "2");
    task.put("SLURM_JOB_ID", "29");
    task.put("SLURM_JOB_ID_HET_GROUP_0", "29");
    task.put("SLURM_JOB_ID_HET_GROUP_1", "30");
    task.put("SLURM_JOB_NODELIST", nodes);
    task.put("SLURM_JOB_NODELIST_HET_GROUP_0", "cpu1");
    task.put("SLURM_JOB_NODELIST_HET_GROUP_1", "mixed1");
    task.put("SLURM_JOB_NUM_NODES_HET_GROUP_0", "1");
    task.put("SLURM_JOB_NUM_NODES_HET_GROUP_1", "1");
    // of the step where that has several components
    task.put("SLURM_JOB_NUM_NODES", "2");
    return task;
  }
}
