package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * Two labs on one node at a time, and a job on two nodes: each run's joules are what its own cards
 * drew while it had them, by code that shares nothing with Sobre.
 */
@RealCluster
@Order(3)
class SharedEnergyIT {

  private final Lab lab;

  SharedEnergyIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void eachJobHasTheJoulesOfItsOwnCards() {
    String vision = submit("alice", "python3 train.py", "-w", "gpu1", "--gres=gpu:1");
    String language = submit("carol", "sleep 40", "-w", "gpu1", "--gres=gpu:1");
    String twoNodes =
        submit("bob", "accelerate launch", "-w", "mixed1,amd1", "-N", "2", "--gres=gpu:1");
    for (String job : List.of(vision, language, twoNodes)) {
      assertThat(lab.awaitEnd(job, Duration.ofSeconds(90)))
          .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    }
    Map<String, Object> ofVision = lab.awaitJobLine("gpu1", vision);
    Map<String, Object> ofLanguage = lab.awaitJobLine("gpu1", language);
    assertThat(LedgerLines.instant(ofVision, "begin"))
        .as("they ran at the same time")
        .isBefore(LedgerLines.instant(ofLanguage, "end"));
    assertThat(LedgerLines.instant(ofLanguage, "begin"))
        .isBefore(LedgerLines.instant(ofVision, "end"));
    assertThat(LedgerLines.object(ofVision, "job")).containsEntry("account", "lab-vision");
    assertThat(LedgerLines.object(ofLanguage, "job")).containsEntry("account", "lab-nlp");
    for (String node : List.of("mixed1", "amd1")) {
      Map<String, Object> line = lab.awaitJobLine(node, twoNodes);
      assertThat(LedgerLines.object(line, "job")).containsEntry("account", "lab-vision");
      assertThatItRanWhenSlurmSays(twoNodes, line);
    }
    assertThatItRanWhenSlurmSays(vision, ofVision);

    Result comparison =
        lab.control(
            "energy", "--within", "2", "--jobs", String.join(",", vision, language, twoNodes));
    System.out.println(comparison.output());
    assertThat(comparison.exitCode()).as(comparison.output() + comparison.error()).isZero();
    // a card of each lab on gpu1, a card on each node of the third
    assertThat(comparison.output().lines()).hasSize(1 + 2 + 2);
    lab.exec("root", "sobre", "ledger", "verify").text();
  }

  private String submit(String user, String program, String... options) {
    return lab.sbatch(user, "SOBRE_STANDIN_SECONDS=40 exec sobre run -- " + program, options);
  }

  /** Slurm's times are whole seconds. */
  private void assertThatItRanWhenSlurmSays(String job, Map<String, Object> line) {
    String[] times =
        lab.exec(
                "root",
                "env",
                "SLURM_TIME_FORMAT=%s",
                "sacct",
                "-X",
                "-n",
                "-P",
                "-o",
                "Start,End",
                "-j",
                job)
            .text()
            .split("\\|", -1);
    assertThat(LedgerLines.instant(line, "begin").getEpochSecond())
        .isBetween(Long.parseLong(times[0]) - 2, Long.parseLong(times[0]) + 2);
    assertThat(LedgerLines.instant(line, "end").getEpochSecond())
        .isBetween(Long.parseLong(times[1]) - 2, Long.parseLong(times[1]) + 2);
  }
}
