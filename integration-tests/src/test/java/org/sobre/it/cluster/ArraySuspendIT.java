package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;

/** Jobs that Slurm runs in another way than from a begin to an end: arrays, and stopped ones. */
@RealCluster
@Order(9)
class ArraySuspendIT {

  private static final String NODE = "gpu1";

  private final Lab lab;

  ArraySuspendIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void eachElementOfAnArrayHasALineOfItsOwn() {
    String array =
        lab.sbatch("alice", "sleep 3", "--nodelist=" + NODE, "--array=1-5", "--gres=gpu:1");
    lab.awaitEnds(array, Duration.ofSeconds(90));
    List<String> jobs =
        lab.exec("root", "sacct", "-X", "-n", "-P", "-o", "JobIDRaw", "-j", array)
            .text()
            .lines()
            .toList();
    assertThat(jobs).hasSize(5).doesNotHaveDuplicates();

    for (String job : jobs) {
      Map<String, Object> line = lab.awaitJobLine(NODE, job);
      assertThat(line).containsEntry("beginFrom", "prolog").containsEntry("endFrom", "epilog");
      assertThat(LedgerLines.number(line, "elapsedMs"))
          .isBetween(2_500L, Math.max(6_000, lab.elapsed(job).toMillis() + 2_000));
      assertThat(LedgerLines.objects(LedgerLines.object(line, "held"), "gpus")).hasSize(1);
    }
    // with it: the lines' energy is that of the balances
    lab.exec("root", "sobre", "ledger", "verify").text();
  }

  /** Slurm stops its processes and leaves it its GPUs: nobody else can have them meanwhile. */
  @Test
  void aSuspendedJobGoesOnHoldingAndPayingItsGpu() {
    String job = lab.sbatch("alice", "sleep 15", "--nodelist=" + NODE, "--gres=gpu:1");
    lab.awaitStart(job);
    lab.exec("root", "scontrol", "suspend", job).text();
    awaitState(job, "SUSPENDED");
    await("some time to pass in which it is stopped")
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ofSeconds(20))
        .until(() -> true);
    assertThat(lab.jobLines(NODE, job)).as("it has not ended").isEmpty();
    lab.exec("root", "scontrol", "resume", job).text();
    lab.awaitEnd(job, Duration.ofSeconds(60));

    Map<String, Object> line = lab.awaitJobLine(NODE, job);
    assertThat(line).containsEntry("endFrom", "epilog");
    long elapsed = LedgerLines.number(line, "elapsedMs");
    assertThat(elapsed).isGreaterThan(20_000);
    assertThat(LedgerLines.objects(line, "energy"))
        .filteredOn(part -> "gpu".equals(part.get("part")))
        .singleElement()
        .satisfies(
            part -> {
              assertThat(LedgerLines.number(part, "observedMs")).isGreaterThan(elapsed * 9 / 10);
              assertThat(LedgerLines.object(part, "microjoules")).isNotEmpty();
            });
    lab.exec("root", "sobre", "ledger", "verify").text();
  }

  private void awaitState(String job, String state) {
    await("job " + job + " to be " + state)
        .atMost(Duration.ofSeconds(20))
        .until(() -> lab.exec("root", "squeue", "-h", "-j", job, "-o", "%T").text(), state::equals);
  }
}
