package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/**
 * A training that runs out of a card's memory, as jobs: it is planted to do so above 12 images at a
 * time, while its profile thinks that 24 fit on a card of 24 GB.
 */
@RealCluster
@Order(4)
class OomIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final JobRecord DONE = new JobRecord("COMPLETED", "0:0");
  private static final JobRecord FAILED = new JobRecord("FAILED", "1:0");

  /** Learns 48 images between two updates, and goes on from where a checkpoint was left. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      echo "start $*"
      sleep "${WORKS:-0}"
      if [ "$1" -gt 12 ]; then
          echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of' \\
              '23.65 GiB of which 1.06 GiB is free. Including non-PyTorch memory, this process has 22.50 GiB memory in' \\
              'use. Of the allocated memory 22.00 GiB is allocated by PyTorch, and 194.87 MiB is reserved by PyTorch' \\
              'but unallocated.' >&2
          exit 1
      fi
      echo "SOBRE_ITEMS 48"
      """;

  private static final String PROFILE =
      """
      schema: sobre-profile/1
      name: planted
      task: finetune
      unit: image
      effectiveBatch: 48
      variants:
        - name: full
          key: {precision: fp16}
          memory: {basis: measured, source: "made up", fixedMiB: 1000, perItemMiB: 900, stepMiB: 0}
          loses: null
      resume: "--resume"
      """;

  private static final String COMMAND =
      "sobre finetune --profile \"$HOME/planted.yaml\" -- sh \"$HOME/planted\" {batch_size}"
          + " {accumulation} {resume}";

  private final Lab lab;

  OomIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeEach
  void nothingIsRemembered() {
    write("planted", PROGRAM);
    write("planted.yaml", PROFILE);
    lab.exec("alice", "sh", "-c", "rm -rf \"$HOME/.local/state/sobre/calibration\"").text();
  }

  @Test
  void aJobEndsWellWithLessAndTheNextBeginsWithThat() {
    String first = submit("exec " + COMMAND, "--nodelist=gpu1");
    assertThat(lab.awaitEnd(first, PATIENCE)).isEqualTo(DONE);
    assertThat(lab.output("alice", first).lines().filter(line -> line.startsWith("start ")))
        .containsExactly("start 24 2", "start 16 3 --resume", "start 12 4 --resume");
    assertThat(lab.output("alice", first))
        .contains("batch 24 ran out of GPU memory", "from the last checkpoint", "48 images");
    String next = submit("exec " + COMMAND, "--nodelist=gpu1");
    assertThat(lab.awaitEnd(next, PATIENCE)).isEqualTo(DONE);
    assertThat(lab.output("alice", next).lines().filter(line -> line.startsWith("start ")))
        .containsExactly("start 12 4");
    assertThat(lab.output("alice", next)).contains("up to 15 would fit");
    assertThat(remembered())
        .contains("\"batch\":24", "\"batch\":16")
        .doesNotContain("\"batch\":12");
  }

  /** Two at a time, all into one file. */
  @Test
  void theTasksOfAnArrayRememberTogether() {
    String array = submit("exec " + COMMAND, "--array=0-19", "--nodelist=gpu1");
    // to accounting there is a task when it has begun
    assertThat(
            await("all tasks to end")
                .atMost(PATIENCE)
                .until(() -> lab.awaitEnds(array, PATIENCE), found -> found.size() == 20))
        .containsOnly(DONE);
    assertThat(remembered().lines())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(
            line -> line.startsWith("{\"v\":1,\"kind\":\"ceiling\"") && line.endsWith("Z\"}"));
  }

  /**
   * slurmstepd makes a pipe of every input: one with something in it may have been read already.
   */
  @Test
  void aStepIsStartedAgainWhereNothingOfItsInputCanBeLost() {
    String fed = submit("(echo words; sleep 8) | srun " + COMMAND, "--nodelist=gpu1");
    assertThat(lab.awaitEnd(fed, PATIENCE)).isEqualTo(FAILED);
    assertThat(lab.output("alice", fed)).contains("standard input is a pipe");
    nothingIsRemembered();
    String plain = submit("srun " + COMMAND, "--nodelist=gpu1");
    assertThat(lab.awaitEnd(plain, PATIENCE)).isEqualTo(DONE);
  }

  /** Of the minute that it has it takes more than half. */
  @Test
  void whatHasNoTimeToEndIsNotBegun() {
    String job = submit("exec " + COMMAND, "--nodelist=gpu1", "--time=1", "--export=ALL,WORKS=33");
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(FAILED);
    assertThat(lab.output("alice", job)).contains("s left, and this took 33 s");
    assertThat(lab.output("alice", job).lines().filter(line -> line.startsWith("start ")))
        .hasSize(1);
  }

  private String submit(String script, String... options) {
    List<String> all = new ArrayList<>(List.of("--gres=gpu:1"));
    all.addAll(List.of(options));
    return lab.sbatch("alice", script, all.toArray(String[]::new));
  }

  private String remembered() {
    return lab.exec("alice", "sh", "-c", "cat \"$HOME\"/.local/state/sobre/calibration/*.jsonl")
        .text();
  }

  private void write(String file, String text) {
    lab.exec("alice", "sh", "-c", "printf %s \"$1\" >\"$HOME/$2\"", "sh", text, file).text();
  }
}
