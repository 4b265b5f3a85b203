package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.jobs.station.FakeDaemon;

/** Several wrapped tasks of a step, and components of a heterogeneous job: one speaks for all. */
class WrappedTasksTest extends WrappedJob {

  /** Of the four tasks of a step: the job has one batch and one count. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "3, false"})
  void oneTaskSpeaksForTheJobAndKeepsWhatItsCommandSaid(String task, boolean speaks)
      throws Exception {
    tools.exits(0, CARD);
    environment.put("SLURM_PROCID", task);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.of("sd21-finetune"), 0, writes("{batch_size}")));
      List<String> declared =
          daemon.asked.stream().filter(line -> line.contains("declare")).toList();
      assertThat(declared).hasSize(speaks ? 2 : 0);
      if (speaks) {
        assertThat(declared.get(0)).doesNotContain("keep");
        assertThat(declared.get(1)).contains("\"keep\":true").doesNotContain("items");
      }
    }
  }

  /** Two of them have half of the card each; bound to cards of their own they have all. */
  @ParameterizedTest
  @CsvSource({"0, false", "'0,1', true"})
  void tasksThatShareACardAreNotPromisedAllOfIt(String gpusOfStep, boolean fits) throws Exception {
    tools.exits(0, CARD).exits(1, "").exits(1, "");
    environment.put("SLURM_STEP_ID", "0");
    environment.put("SLURM_STEP_NUM_TASKS", "2");
    environment.put("SLURM_STEP_TASKS_PER_NODE", "2");
    environment.put("SLURM_STEP_GPUS", gpusOfStep);
    RunRequest request = request(Optional.of("sd21-finetune"), 0, writes("{accumulation}"));
    if (fits) {
      assertThat(run(request)).isZero();
      assertThat(directory.resolve("said")).hasContent("64");
      assertThat(errors()).contains("batch   1 x 64 steps x 2 processes = 128");
    } else {
      assertThatThrownBy(() -> run(request)).isInstanceOf(PlanningException.class);
    }
  }

  /** The second looks when the first has begun to take its half. */
  @Test
  void tasksThatShareACardPlanTheSameWhoeverLooksFirst() throws Exception {
    Files.createDirectories(directory.resolve("dev/shm"));
    environment.put("SLURM_STEP_ID", "0");
    environment.put("SLURM_STEP_NUM_TASKS", "2");
    environment.put("SLURM_STEP_TASKS_PER_NODE", "2");
    environment.put("SLURM_STEP_GPUS", "0");
    for (String free : List.of("24210", "12500")) {
      tools.exits(0, CARD.replace("24210", free));
      assertThat(run(request(Optional.of("sd15-infer"), 0, writes("{batch_size}")))).isZero();
      assertThat(directory.resolve("said")).hasContent("2");
    }
    tools.exits(0, CARD.replace("24210", "6000"));
    assertThat(run(request(Optional.of("sd15-infer"), 0, writes("{batch_size}")))).isZero();
    assertThat(directory.resolve("said")).hasContent("2");
    assertThat(tools.asked).as("nobody waits for what the others take").hasSize(3);
  }

  /** Of a step over both components the first task of the first; of the second's own step its. */
  @ParameterizedTest
  @CsvSource({"mixed1, 0, 8.0", "mixed1, 1, ", "cpu1, 0, 7.0"})
  void oneTaskOfAHeterogeneousStepDeclaresForItsOwnComponent(
      String node, String task, String declaredFor) throws Exception {
    environment.put("SLURM_HET_SIZE", "2");
    environment.put("SLURM_JOB_NODELIST", node);
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_0", "cpu1");
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_1", "mixed1");
    environment.put("SLURM_JOB_ID_HET_GROUP_0", "7");
    environment.put("SLURM_JOB_ID_HET_GROUP_1", "8");
    environment.put("SLURM_PROCID", task);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.empty(), 5, writes("done")));
      List<String> declared =
          daemon.asked.stream().filter(line -> line.contains("declare")).toList();
      if (declaredFor == null) {
        assertThat(declared).isEmpty();
      } else {
        assertThat(declared)
            .singleElement()
            .asString()
            .contains('"' + declaredFor + '"', "\"items\":5");
      }
    }
  }

  @Test
  void aTaskOfAHeterogeneousJobSpeaksForItsOwnComponent() throws Exception {
    environment.put("SLURM_HET_SIZE", "2");
    environment.put("SLURM_JOB_NODELIST", "mixed1");
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_0", "cpu1");
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_1", "mixed1");
    environment.put("SLURM_JOB_ID_HET_GROUP_0", "7");
    environment.put("SLURM_JOB_ID_HET_GROUP_1", "8");
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.empty(), 0, writes("done")));
      assertThat(daemon.asked)
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains("\"8.0\""));
    }
    List<String> launched = List.of("srun", "--het-group=0,1", "true");
    assertThatThrownBy(() -> run(request(Optional.of("sd21-infer"), 0, launched)))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("several components of a heterogeneous job");
  }
}
