package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A card falls off the bus under a job, and everything is started again: the job goes on. */
@RealCluster
@Order(13)
class LostGpuIT {

  /** Whatever has come of the test, the job ends with this file. */
  private static final String STARTED = "/tmp/all-was-started";

  private final Lab lab;

  LostGpuIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void theJobSurvivesAndTheNodeSaysWhatItMisses() {
    String script =
        "while [ ! -e " + STARTED + " ]; do sleep 0.2; done; echo still $SLURM_JOB_GPUS";
    String job = lab.sbatch("alice", script, "-w", "gpu1", "--gres=gpu:1");
    lab.awaitStart(job);
    String fragment = lab.on("gpu1", "cat", "/run/sobre/slurm/gres.conf").text();
    lab.control("gpu", "gpu1", "0", "lost").text();
    // the recording's first card is minor 1, and its device file goes with it
    lab.on("gpu1", "rm", "/dev/nvidia1").text();

    lab.unit("gpu1", "start", "sobre-register").text();
    lab.control("daemon", "stop", "gpu1").text();
    lab.unit("gpu1", "stop", "slurmd").text();
    lab.control("controller", "restart").text();
    lab.control("daemon", "start", "gpu1").text();
    lab.unit("gpu1", "start", "slurmd").text();

    // the registration says so, or the health check, whichever is first
    assertThat(lab.awaitNode("gpu1", "State=MIXED+DRAIN", "Reason=sobre: "))
        .contains("Gres=gpu:nvidia_geforce_rtx_4090:2");
    assertThat(lab.on("gpu1", "cat", "/run/sobre/slurm/gres.conf").text()).isEqualTo(fragment);
    assertThat(lab.on("gpu1", "test", "-c", "/dev/nvidia1").exitCode()).isZero();
    assertThat(lab.on("gpu1", "cat", "/run/sobre/slurm/node.json").text())
        .containsPattern("\"missing\" : \\[ \\{\\s+\"device\" : \"GPU-a4f36154")
        .contains("\"state\" : \"lost\"");
    lab.on("gpu1", "touch", STARTED).text();
    assertThat(lab.awaitEnd(job, Duration.ofSeconds(30)))
        .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", job)).isEqualTo("still 0\n");
  }

  @AfterEach
  void theCardIsBack() {
    lab.on("gpu1", "touch", STARTED).text();
    lab.control("gpu", "gpu1", "0", "ok").text();
    lab.unit("gpu1", "start", "sobre-register").text();
    assertThat(lab.awaitNode("gpu1", "State=IDLE+DYNAMIC_NORM")).doesNotContain("Reason=");
  }
}
