package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A requeued job gives its GPU back: its first run ends there and then, in Slurm and for us. */
@RealCluster
@Order(8)
class RequeueIT {

  private final Lab lab;

  RequeueIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void theFirstRunIsSealedWhenSlurmTakesItBack() {
    String job = lab.sbatch("bob", "sleep 300", "--nodelist=gpu1", "--gres=gpu:1", "--requeue");
    lab.awaitBegin("gpu1", job);
    lab.exec("root", "scontrol", "requeue", job).text();
    await("its line")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(lines(job))
                    .singleElement()
                    .satisfies(
                        line -> {
                          assertThat(line).containsEntry("endFrom", "epilog");
                          assertThat((Integer) line.get("elapsedMs")).isLessThan(90_000);
                        }));
    lab.exec("root", "scancel", job).text();
  }

  /** Of the first start of a job. */
  private List<Map<String, Object>> lines(String job) {
    return lab.ledger("gpu1", "job").stream()
        .filter(
            line ->
                line.get("job") instanceof Map<?, ?> facts
                    && Integer.valueOf(job).equals(facts.get("id"))
                    && Integer.valueOf(0).equals(facts.get("restart")))
        .toList();
  }
}
