package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** What a real cluster writes today: nothing that no schema lists, and all that version 1 wrote. */
@RealCluster
@Order(90)
class ContractsIT {

  private static final String ASK =
      "perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Peer => \"/run/sobre/job.sock\") or"
          + " die; print $s shift, \"\\n\"; print <$s>' ";

  private final Lab lab;

  ContractsIT(Lab lab) {
    this.lab = lab;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu1", "cpu1"})
  void aNodesDocumentHasEveryKeyOfVersion1(String node) {
    JsonNode document = Contract.parse(nodeDocument(node));
    assertThat(JsonDifference.keys(document))
        .containsAll(
            JsonDifference.keys(Contract.parse(Frozen.text("node/" + node + "/node.json"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu1", "mixed1", "amd1", "cpu1"})
  void whatANodeSaysOfItself(String node) {
    holds("node", nodeDocument(node));
    holds("discover", lab.on(node, "sobre", "discover", "--format", "json").text());
    // its exit status is the verdict
    holds("health", lab.on(node, "sobre", "health", "--format", "json").output());
    holds("gres", lab.on(node, "sobre", "gres", "--format", "json").text());
  }

  @Test
  void theLiveView() {
    String looks = lab.on("gpu1", "sobre", "watch", "--count", "2", "--format", "json").text();
    assertThat(looks.lines()).hasSize(2).allSatisfy(look -> holds("watch", look));
  }

  @Test
  void everyLineOfTheLedger() {
    lab.awaitDaemon("gpu1");
    String ledger = lab.exec("root", "sh", "-c", "cat /srv/sobre/ledger/*/*.jsonl").text();
    assertThat(ledger.lines()).isNotEmpty().allSatisfy(line -> holds("ledger-line", line));
  }

  @Test
  void theReport() {
    String json = lab.exec("root", "sobre", "report", "--by", "lab,gpu", "--format", "json").text();
    JsonNode report = holds("report", json);
    assertThat(report.path("rows").isEmpty()).isFalse();
    String csv = lab.exec("root", "sobre", "report", "--by", "lab", "--format", "csv").text();
    assertThat(csv.lines().findFirst().orElseThrow())
        .startsWith(Frozen.text("report/by-lab.csv").lines().findFirst().orElseThrow());
  }

  @Test
  void whatTheCommandsSayToScripts() {
    holds(
        "template-list", lab.exec("alice", "sobre", "template", "list", "--format", "json").text());
    holds("fit", lab.exec("alice", "sobre", "fit", "--format", "json").text());
    holds(
        "plan",
        lab.exec("alice", "sobre", "run", "--dry-run", "--format", "json", "--", "true").text());
    holds("config-check", lab.exec("alice", "sobre", "config", "check", "--format", "json").text());
  }

  @Test
  void whatTheDaemonAnswers() {
    String own = "\"v\":1,\"job\":\"'$SLURM_JOB_ID'.0\"";
    String requests =
        Stream.of(
                "{" + own + ",\"ask\":\"energy\"}",
                "{" + own + ",\"declare\":{\"unit\":\"image\",\"items\":3,\"tokensIn\":7}}",
                "{\"v\":1,\"job\":\"1000000.0\",\"ask\":\"energy\"}",
                "{\"v\":1,\"ask\":\"node\"}")
            .map(request -> ASK + "'" + request + "'")
            .reduce("sleep 4", (before, ask) -> before + "; " + ask);
    lab.awaitDaemon("gpu1");
    String job = lab.sbatch("alice", requests, "--nodelist=gpu1", "--gres=gpu:1");
    assertThat(lab.awaitEnd(job, Duration.ofSeconds(60)).state()).isEqualTo("COMPLETED");
    List<String> answers = lab.output("alice", job).lines().toList();
    assertThat(answers).hasSize(4).allSatisfy(answer -> holds("job-socket#/$defs/answer", answer));
    assertThat(answers.get(0)).contains("\"joules\"");
    assertThat(answers.get(1)).contains("\"ok\":true");
    assertThat(answers.get(2)).contains("\"error\"");
    assertThat(answers.get(3)).contains("\"devices\"");
  }

  private String nodeDocument(String node) {
    return lab.on(node, "cat", "/run/sobre/slurm/node.json").text();
  }

  private static JsonNode holds(String contract, String text) {
    JsonNode document = Contract.parse(text);
    assertThat(Contract.of(contract).asRead(document)).as(text).isEmpty();
    assertThat(Contract.of(contract).asWritten(document)).as(text).isEmpty();
    return document;
  }
}
