package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * {@code sobre job} of a job of Alice on two nodes, while it runs and when it has ended, asked by
 * her and by others. Its figures are those of the ledger's lines, which this class reads itself.
 */
@RealCluster
@Order(7)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class JobCommandIT {

  private static final List<String> NODES = List.of("gpu1", "mixed1");
  private static final long MICROJOULES_PER_JOULE = 1_000_000;

  private final Lab lab;
  private String job = "";

  JobCommandIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeAll
  void aJobOfAliceRunsOnTwoNodes() {
    lab.awaitDaemon(NODES.toArray(String[]::new));
    job = lab.sbatch("alice", "sleep 600", "-w", "gpu1,mixed1", "-N2", "--gres=gpu:1");
    lab.awaitStart(job);
    for (String node : NODES) {
      await("the daemon of " + node + " to know the job's energy")
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  lab.on(
                          node,
                          "/run/lab/bin/talk",
                          "ask",
                          "{\"v\":1,\"ask\":\"job\",\"id\":" + job + "}")
                      .output()
                      .contains("\"joules\":{\"sampled\":"));
    }
  }

  @AfterAll
  void itEnds() {
    lab.exec("root", "scancel", job);
  }

  @Test
  @Order(1)
  void whileItRunsEachOfItsNodesTellsItsOwner() {
    for (String node : NODES) {
      Result table = lab.onAs(node, "alice", "sobre", "job", job);
      assertThat(table.exitCode()).as(table.error()).isZero();
      assertThat(table.output())
          .startsWith("job " + job + " on " + node + ", running: alice, lab lab-vision\n")
          .containsPattern("gpu GPU-[0-9a-f]{8} +[\\d.]+ (J|Wh)  sampled ")
          .containsPattern("cpu-package 0 +[\\d.]+ (J|Wh)  counter ")
          .doesNotContain("Hint");
      // the ledger is the accountants', and has nothing of it before the hour is full
      assertThat(table.error()).startsWith("sobre: this is what this node knows; ");
    }
    List<String> within = List.of("srun", "-Q", "--jobid=" + job, "--overlap", "-w", "gpu1", "-N1");
    assertThat(
            lab.exec(
                    "alice",
                    Stream.concat(within.stream(), Stream.of("sobre", "job"))
                        .toArray(String[]::new))
                .text())
        .as("in the job itself its id goes without saying")
        .startsWith("job " + job + " on gpu1, running: ");
    Map<String, Object> run =
        theRun(lab.onAs("gpu1", "alice", "sobre", "job", job, "--format=json"));
    assertThat(run).containsEntry("state", "running").containsEntry("node", "gpu1");
    assertThat(run).doesNotContainKeys("cluster", "end");
    assertThat(LedgerLines.objects(run, "energy"))
        .flatExtracting(part -> LedgerLines.object(part, "microjoules").values())
        .isNotEmpty()
        .allSatisfy(
            value -> assertThat(((Number) value).longValue() % MICROJOULES_PER_JOULE).isZero());
  }

  @Test
  @Order(2)
  void whileItRunsAnOperatorSeesItAndAnotherUserDoesNot() {
    Map<String, Object> seen =
        theRun(lab.onAs("gpu1", "olga", "sobre", "job", job, "--format=json"));
    assertThat(seen).containsEntry("user", "alice").containsEntry("account", "lab-vision");
    for (String user : List.of("bob", "carol")) {
      Result refused = lab.onAs("gpu1", user, "sobre", "job", job);
      assertThat(refused.exitCode()).as(refused.error()).isEqualTo(74);
      assertThat(refused.output()).isEmpty();
      assertThat(refused.error()).contains("sobre: ").doesNotContain("alice", "GPU-");
    }
  }

  @Test
  @Order(3)
  void whenItHasEndedItsFiguresAreThoseOfItsLines() {
    long before =
        drawn(theRun(lab.on("gpu1", "sobre", "job", job, "--no-ingest", "--format=json")));
    lab.exec("alice", "scancel", job).text();
    List<Map<String, Object>> lines =
        NODES.stream().map(node -> lab.awaitJobLine(node, job)).toList();
    Result asked = lab.exec("root", "sobre", "job", job, "--format", "json");
    assertThat(asked.error()).isEmpty();
    Map<String, Object> told = parse(asked.text());
    List<Map<String, Object>> runs = LedgerLines.objects(told, "runs");
    assertThat(runs).hasSize(2);
    for (Map<String, Object> line : lines) {
      Map<String, Object> run =
          runs.stream()
              .filter(one -> Objects.equals(one.get("node"), line.get("node")))
              .findFirst()
              .orElseThrow();
      assertThatItIsTheLines(run, line);
    }
    long sum = lines.stream().mapToLong(JobCommandIT::drawn).sum();
    assertThat(LedgerLines.object(told, "totals"))
        .containsEntry("microjoules", (Object) number(sum));
    assertThat(drawn(lines.get(0))).isGreaterThanOrEqualTo(before);
    assertThat(told).doesNotContainKey("hint");
    assertThat(lab.exec("root", "sobre", "job", job).text())
        .contains("job " + job + " on gpu1: alice, lab lab-vision")
        .contains("job " + job + " on mixed1: alice, lab lab-vision")
        .contains("all 2 runs: ");
  }

  @Test
  @Order(4)
  void whenItHasEndedItIsForWhoMayReadTheLedger() {
    for (String user : List.of("alice", "bob")) {
      Result refused = lab.exec(user, "sobre", "job", job);
      assertThat(refused.exitCode()).as(refused.output()).isEqualTo(74);
      assertThat(refused.output()).isEmpty();
      assertThat(refused.error()).startsWith("sobre: ").contains("/srv/sobre/ledger");
    }
  }

  @Test
  @Order(5)
  void anElementOfAnArrayHasAnIdOfItsOwn() {
    String array = lab.sbatch("carol", "sleep 2", "-w", "cpu1", "--array=7");
    lab.awaitEnds(array, Duration.ofSeconds(30));
    Result asked = lab.exec("root", "sobre", "job", array + "_7");
    assertThat(asked.exitCode()).isEqualTo(2);
    assertThat(asked.error()).contains("sacct -j " + array + "_7 -n -X -o JobIDRaw");
    String id =
        await("Slurm's accounting to know the element's id")
            .atMost(Duration.ofSeconds(20))
            .until(() -> idOf(array + "_7"), found -> !found.isEmpty());
    Map<String, Object> line = lab.awaitJobLine("cpu1", id);
    assertThatItIsTheLines(theRun(lab.exec("root", "sobre", "job", id, "--format=json")), line);
  }

  @Test
  @Order(6)
  void whatIsNoJobHasItsOwnStatus() {
    Result unknown = lab.exec("root", "sobre", "job", "4000000");
    assertThat(unknown.exitCode()).isEqualTo(65);
    assertThat(unknown.error()).contains("no run of job 4000000 is known", "sacct -j 4000000");
    Result none = lab.exec("root", "sobre", "job");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.error()).contains("expected a job id", "squeue --me");
    Result wrong = lab.exec("root", "sobre", "job", "train.sbatch");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.error())
        .contains("expected a job id of Slurm as 12345, found \"train.sbatch\"");
  }

  private String idOf(String element) {
    return lab.exec("root", "sacct", "-j", element, "-n", "-X", "-o", "JobIDRaw").text();
  }

  private static void assertThatItIsTheLines(Map<String, Object> run, Map<String, Object> line) {
    assertThat(run).containsEntry("state", "ended").containsEntry("cluster", "lab");
    for (String key : List.of("node", "begin", "end", "elapsedMs")) {
      assertThat(run).containsEntry(key, line.get(key));
    }
    Map<String, Object> facts = LedgerLines.object(line, "job");
    for (String key : List.of("user", "account", "partition")) {
      assertThat(run).containsEntry(key, facts.get(key));
    }
    assertThat(run.get("powerProfile")).isEqualTo(line.get("powerProfile"));
    assertThat(run.get("use")).isEqualTo(line.get("use"));
    assertThat(LedgerLines.objects(run, "energy").stream().map(JobCommandIT::part))
        .containsExactlyInAnyOrderElementsOf(
            LedgerLines.objects(line, "energy").stream().map(JobCommandIT::part).toList());
    assertThat(devices(run)).isEqualTo(devices(LedgerLines.object(line, "held")));
  }

  /** What both tell of a meter, in the ledger's figures. */
  private static List<String> part(Map<String, Object> part) {
    return Stream.of("part", "device", "microjoules", "idleMicrojoules", "observedMs", "missing")
        .map(key -> String.valueOf(part.get(key)))
        .toList();
  }

  private static List<String> devices(Map<String, Object> holder) {
    return LedgerLines.objects(holder, "gpus").stream()
        .map(gpu -> gpu.get("device") + " " + gpu.get("type") + " " + gpu.get("memoryTotalMiB"))
        .sorted()
        .toList();
  }

  private static long drawn(Map<String, Object> run) {
    return LedgerLines.objects(run, "energy").stream()
        .flatMap(part -> LedgerLines.object(part, "microjoules").values().stream())
        .mapToLong(value -> ((Number) value).longValue())
        .sum();
  }

  /** As the JSON reader has whole numbers. */
  private static Number number(long value) {
    return value == (int) value ? (Number) (int) value : (Number) value;
  }

  private static Map<String, Object> theRun(Result asked) {
    List<Map<String, Object>> runs = LedgerLines.objects(parse(asked.text()), "runs");
    assertThat(runs).hasSize(1);
    return runs.get(0);
  }

  private static Map<String, Object> parse(String json) {
    try {
      return JSON.std.mapFrom(json);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + json, e);
    }
  }
}
