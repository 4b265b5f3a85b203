package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * Ten jobs at a time, and a daemon that is killed meanwhile: the joules in the ledger are those the
 * hardware drew, each job has those of its own cards and its part of the processors, and they land
 * on the labs that drew them. By code that shares nothing with Sobre.
 */
@RealCluster
@Order(1)
class EnergyIT {

  private static final List<String> NODES = List.of("gpu1", "mixed1", "amd1", "cpu1");
  private static final String TEMPLATES = "/usr/share/sobre/templates/";

  /** For which their programs work. */
  private static final int SECONDS = 62;

  private static final JobRecord COMPLETED = new JobRecord("COMPLETED", "0:0");

  private final Lab lab;
  private final List<String> jobs = new ArrayList<>();

  EnergyIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void theLedgerAgreesWithThePowerFunctionAndTheReportHasBothLabs() {
    // the nodes have only just been switched on: a daemon's first second has no reading before it
    lab.awaitDaemon(NODES.toArray(String[]::new));
    // idle nearly all of the time, and in bursts: as the power functions of the board's two GPUs
    String kepler = submit("bob", "sleep", "-w", "mixed1", "--gres=gpu:tesla_k80:1");
    String other = submit("alice", "sleep", "-w", "mixed1", "--gres=gpu:tesla_k80:1");
    String vision = submit("alice", "python3 train.py", "-w", "gpu1", "--gres=gpu:1");
    String language = submit("carol", "sleep", "-w", "gpu1", "--gres=gpu:1");
    String both = submit("bob", "accelerate launch", "-w", "mixed1,amd1", "-N2", "--gres=gpu:1");
    submit("carol", "sleep", "-w", "gpu1");
    submit("alice", "sleep", "-w", "amd1");
    // four processors reserved where there may be fewer
    submit("carol", "sleep", "-w", "cpu1");
    submit("alice", "sleep", "-w", "cpu1");
    submit("bob", "sleep", "-w", "cpu1", "-c2");

    String dead = "gpu1=" + killTheDaemonInTheMidst();
    jobs.forEach(job -> assertThat(lab.awaitEnd(job, Duration.ofSeconds(90))).isEqualTo(COMPLETED));
    awaitTheirLines();
    assertThatTheyRanTogether();
    assertThatTheGapIsShort("gpu1", vision, language);
    assertThatOneHeldAnIdleGpu(
        lab.awaitJobLine("mixed1", kepler), lab.awaitJobLine("mixed1", other));
    assertThatItRanWhenSlurmSays(vision, "lab-vision", "gpu1");
    assertThatItRanWhenSlurmSays(language, "lab-nlp", "gpu1");
    assertThatItRanWhenSlurmSays(both, "lab-vision", "mixed1", "amd1");
    String comparison = agrees("--dead", dead, "--jobs", String.join(",", jobs));
    // six GPUs, three times one package and twice two, and a line above them
    assertThat(comparison.lines()).hasSize(1 + 6 + 3 + 3 + 2 + 2 * 3);

    assertThat(hints(kepler, other)).contains("idle");
    runSomeThatEndAtOnce();
    assertThatNothingIsLost(dead);
    assertThat(lab.exec("root", "sobre", "report", "--by", "lab", "--format", "csv").text())
        .contains("lab-vision")
        .contains("lab-nlp");
  }

  private String submit(String user, String program, String... options) {
    String words = program.equals("sleep") ? "sleep " + SECONDS : program;
    String script = "SOBRE_STANDIN_SECONDS=" + SECONDS + " exec sobre run -- " + words;
    String job = lab.sbatch(user, script, options);
    jobs.add(job);
    return job;
  }

  /** Its unit brings it back; gives the time in which there was none, as ISO 8601 has it. */
  private String killTheDaemonInTheMidst() {
    jobs.forEach(lab::awaitStart);
    await().pollDelay(Duration.ofSeconds(12)).atMost(Duration.ofSeconds(15)).until(() -> true);
    Instant before = begun("gpu1");
    Instant asked = Instant.now();
    lab.control("daemon", "kill9", "gpu1").text();
    Instant killed = Instant.now();
    Instant back =
        await("the daemon to be started again")
            .atMost(Duration.ofSeconds(40))
            .until(() -> begun("gpu1"), begun -> begun.isAfter(before));
    assertThat(Duration.between(asked, back)).isGreaterThan(Duration.ofSeconds(4));
    return killed + "/" + back;
  }

  private Instant begun(String node) {
    String[] seconds =
        lab.on(node, "stat", "-c", "%.3Y", "/run/lab/sobre-monitord.pid").text().split("\\.", -1);
    return Instant.ofEpochSecond(
        Long.parseLong(seconds[0]), Long.parseLong(seconds[1]) * 1_000_000);
  }

  /** To sacct a job has ended before its epilog has run; one of them has run on two nodes. */
  private void awaitTheirLines() {
    await("a line of each job")
        .atMost(Duration.ofSeconds(60))
        .until(() -> lines().size() > jobs.size());
  }

  private List<Map<String, Object>> lines() {
    return NODES.stream()
        .flatMap(node -> lab.ledger(node, "job").stream())
        .filter(line -> jobs.contains(idOf(line)))
        .toList();
  }

  private void assertThatTheyRanTogether() {
    List<Map<String, Object>> lines = lines();
    assertThat(lines).hasSize(jobs.size() + 1);
    assertThat(lines).allMatch(line -> LedgerLines.number(line, "elapsedMs") >= 60_000);
    Instant lastBegin =
        lines.stream()
            .map(line -> LedgerLines.instant(line, "begin"))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    Instant firstEnd =
        lines.stream()
            .map(line -> LedgerLines.instant(line, "end"))
            .min(Comparator.naturalOrder())
            .orElseThrow();
    assertThat(Duration.between(lastBegin, firstEnd)).isGreaterThan(Duration.ofSeconds(45));
  }

  private static String idOf(Map<String, Object> line) {
    return String.valueOf(LedgerLines.object(line, "job").get("id"));
  }

  /** The comparison sees to it that it is not too short: five seconds dead, and the JVM's start. */
  private void assertThatTheGapIsShort(String node, String... jobsThere) {
    for (String job : jobsThere) {
      Map<String, Object> line = lab.awaitJobLine(node, job);
      for (Map<String, Object> part : LedgerLines.objects(line, "energy")) {
        assertThat(LedgerLines.number(part, "observedMs"))
            .isGreaterThan(LedgerLines.number(line, "elapsedMs") - 13_000);
      }
    }
  }

  private static void assertThatOneHeldAnIdleGpu(
      Map<String, Object> one, Map<String, Object> other) {
    List<Map<String, Object>> lines =
        Stream.of(one, other).sorted(Comparator.comparing(line -> use(line, "gpuBusyMs"))).toList();
    // one burst of less than a second may have been seen
    assertThat(use(lines.get(0), "heldIdleMs")).isGreaterThan((SECONDS - 3) * 1000L);
    assertThat(use(lines.get(1), "gpuBusyMs")).isBetween(1_000L, SECONDS * 500L);
    assertThat(use(lines.get(1), "powerPeakMilliwatts")).isEqualTo(139_000);
  }

  /** What {@code sobre job} thinks most worth knowing of each. */
  private String hints(String... ids) {
    StringBuilder kinds = new StringBuilder();
    for (String id : ids) {
      Matcher hint =
          Pattern.compile("\"hint\":\\{\"kind\":\"([a-z-]+)\"")
              .matcher(lab.exec("root", "sobre", "job", id, "--format", "json").text());
      kinds.append(hint.find() ? hint.group(1) : "none").append(' ');
    }
    return kinds.toString();
  }

  private static long use(Map<String, Object> line, String key) {
    return LedgerLines.number(LedgerLines.object(line, "use"), key);
  }

  /** Slurm's times are whole seconds. */
  private void assertThatItRanWhenSlurmSays(String job, String account, String... nodes) {
    String query = "SLURM_TIME_FORMAT=%s sacct -X -n -P -o Start,End -j " + job;
    String[] times = lab.exec("root", "sh", "-c", query).text().split("\\|", -1);
    for (String node : nodes) {
      Map<String, Object> line = lab.awaitJobLine(node, job);
      assertThat(LedgerLines.object(line, "job")).containsEntry("account", account);
      assertThat(LedgerLines.instant(line, "begin").getEpochSecond())
          .isBetween(Long.parseLong(times[0]) - 2, Long.parseLong(times[0]) + 2);
      assertThat(LedgerLines.instant(line, "end").getEpochSecond())
          .isBetween(Long.parseLong(times[1]) - 2, Long.parseLong(times[1]) + 2);
    }
  }

  private void runSomeThatEndAtOnce() {
    String shortJob = lab.sbatch("bob", "exec sobre run -- true", "--gres=gpu:1");
    String tooBig =
        lab.exec("carol", "sbatch", "--parsable", TEMPLATES + "llm-finetune.sbatch").text();
    assertThat(lab.awaitEnd(shortJob, Duration.ofSeconds(60))).isEqualTo(COMPLETED);
    assertThat(lab.awaitEnd(tooBig, Duration.ofSeconds(60)))
        .isEqualTo(new JobRecord("FAILED", "69:0"));
  }

  /** The daemons write their balances when they stop. */
  private void assertThatNothingIsLost(String dead) {
    NODES.forEach(node -> lab.control("daemon", "stop", node).text());
    try {
      // A daemon's first second or two before its meters have answered is told as not observed.
      agrees("--dead", dead, "--but-unobserved", "--all-of", String.join(",", NODES));
    } finally {
      NODES.forEach(node -> lab.control("daemon", "start", node));
    }
    lab.exec("root", "sobre", "ledger", "ingest").text();
    lab.exec("root", "sobre", "ledger", "verify").text();
  }

  private String agrees(String... words) {
    Result comparison =
        lab.control(
            Stream.concat(Stream.of("energy", "--within", "2"), Stream.of(words))
                .toArray(String[]::new));
    System.out.println(String.join(" ", words) + "\n" + comparison.output());
    assertThat(comparison.exitCode()).as(comparison.output() + comparison.error()).isZero();
    return comparison.output();
  }
}
