package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A job of two components, each on a node of its own: a script without GPUs, and the GPUs. */
@RealCluster
@Order(4)
class HetjobIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Lab lab;

  HetjobIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void aCommandOfOneComponentIsPlannedAndMeteredThere() {
    String job =
        submit(
            "srun --het-group=1 sobre infer --profile sd21-infer"
                + " -- sh -c \"echo batch {batch_size}; sleep 3\"");
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", job))
        .containsPattern("(?m)^batch [1-9]")
        .contains("sobre: GPUs    1: NVIDIA GeForce RTX 4090")
        .containsPattern("sobre: energy  \\d+ J");
  }

  @Test
  void aCommandInAllComponentsRunsAndNoBatchIsPlannedForIt() {
    String plain = submit("srun --het-group=0,1 sobre run -- sh -c \"echo here\"");
    assertThat(lab.awaitEnd(plain, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", plain).lines()).filteredOn("here"::equals).hasSize(2);

    String planned =
        submit("srun --het-group=0,1 sobre infer --profile sd21-infer -- echo batch {batch_size}");
    assertThat(lab.awaitEnd(planned, PATIENCE).exitCode()).isEqualTo("69:0");
    assertThat(lab.output("alice", planned)).contains("several components of a heterogeneous job");
  }

  private String submit(String script) {
    return lab.exec(
            "alice",
            "sbatch",
            "--parsable",
            "--output=%j.out",
            "--ntasks=1",
            "--nodelist=cpu1",
            ":",
            "--ntasks=1",
            "--nodelist=gpu1",
            "--gres=gpu:1",
            "--wrap=" + script)
        .text();
  }
}
