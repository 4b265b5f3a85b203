package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/** The joules in the ledger are those the hardware drew, and land on the labs that drew them. */
@RealCluster
@Order(1)
class EnergyIT {

  private static final List<String> NODES = List.of("gpu1", "mixed1", "amd1", "cpu1");
  private static final String TEMPLATES = "/usr/share/sobre/templates/";

  private final Lab lab;

  EnergyIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void theLedgerAgreesWithThePowerFunctionAndTheReportHasBothLabs() {
    String gpuJob = lab.sbatch("alice", "exec sobre run -- sleep 70", "-w", "gpu1", "--gres=gpu:1");
    String cpuJob = lab.sbatch("carol", "exec sobre run -- sleep 60", "--nodelist=cpu1");
    String shortJob = lab.sbatch("bob", "exec sobre run -- true", "--gres=gpu:1");
    String tooBig =
        lab.exec("carol", "sbatch", "--parsable", TEMPLATES + "llm-finetune.sbatch").text();
    for (String job : new String[] {gpuJob, cpuJob, shortJob}) {
      assertThat(lab.awaitEnd(job, Duration.ofSeconds(90)))
          .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    }
    assertThat(lab.awaitEnd(tooBig, Duration.ofSeconds(60)))
        .isEqualTo(new JobRecord("FAILED", "69:0"));

    for (String node : NODES) {
      lab.control("daemon", "stop", node).text();
    }
    try {
      // A daemon's first second or two before its meters have answered is told as not observed. The long job has no such excuse.
      agrees("--but-unobserved");
      agrees("--jobs", gpuJob);
    } finally {
      for (String node : NODES) {
        lab.control("daemon", "start", node);
      }
    }
    lab.exec("root", "sobre", "ledger", "ingest").text();
    lab.exec("root", "sobre", "ledger", "verify").text();
    assertThat(lab.exec("root", "sobre", "report", "--by", "lab", "--format", "csv").text())
        .contains("lab-vision")
        .contains("lab-nlp");
  }

  private void agrees(String... words) {
    List<String> command = new ArrayList<>(List.of("energy", "--within", "2"));
    command.addAll(List.of(words));
    Result comparison = lab.control(command.toArray(String[]::new));
    System.out.println(comparison.output());
    assertThat(comparison.exitCode()).as(comparison.output() + comparison.error()).isZero();
  }
}
