package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** scancel and the time limit end a wrapped command, and nothing of it is left on the node. */
@RealCluster
@Order(4)
class JobEndIT {

  private final Lab lab;

  JobEndIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void scancelEndsTheChildAndItsChildren() {
    String job = submit("sleep 98701 & sleep 98702; wait");
    awaitProcess("98702");
    lab.exec("alice", "scancel", job).text();
    assertThat(lab.awaitEnd(job, Duration.ofSeconds(30)).state()).isEqualTo("CANCELLED");
    awaitNoProcess("98701", "98702");
  }

  @Test
  void scancelEndsAChildThatIgnoresSigterm() {
    String job = submit("trap : TERM; sleep 98703; sleep 98704");
    awaitProcess("98703");
    lab.exec("alice", "scancel", job).text();
    assertThat(lab.awaitEnd(job, Duration.ofSeconds(30)).state()).isEqualTo("CANCELLED");
    awaitNoProcess("98703", "98704");
  }

  @Test
  void theTimeLimitEndsTheChild() {
    String job = submit("sleep 98705", "--time=1");
    awaitProcess("98705");
    // its last second, of the minute that is the least limit there is
    lab.exec("root", "scontrol", "update", "JobId=" + job, "EndTime=now+1").text();
    // Slurm looks at limits now and then: each half minute
    assertThat(lab.awaitEnd(job, Duration.ofSeconds(150)).state()).isEqualTo("TIMEOUT");
    awaitNoProcess("98705");
  }

  private String submit(String script, String... options) {
    String[] words = new String[options.length + 1];
    System.arraycopy(options, 0, words, 1, options.length);
    words[0] = "--nodelist=gpu1";
    return lab.sbatch("alice", "exec sobre run -- sh -c '" + script + "'", words);
  }

  private void awaitProcess(String mark) {
    await().atMost(Duration.ofSeconds(60)).until(() -> isRunning(mark));
  }

  private void awaitNoProcess(String... marks) {
    for (String mark : marks) {
      await("no process " + mark).atMost(Duration.ofSeconds(20)).until(() -> !isRunning(mark));
    }
    await("no wrapper")
        .atMost(Duration.ofSeconds(20))
        .until(() -> lab.on("gpu1", "pgrep", "-f", "org.sobre.cli.Main").exitCode() == 1);
  }

  private boolean isRunning(String mark) {
    return lab.on("gpu1", "pgrep", "-x", "-f", "sleep " + mark).exitCode() == 0;
  }
}
