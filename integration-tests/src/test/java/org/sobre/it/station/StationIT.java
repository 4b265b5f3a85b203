package org.sobre.it.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * {@code sobre run}, {@code report} and {@code watch} on a machine without Slurm: with its system
 * daemon, whose ledger holds everybody's work, and without one, where a user measures alone.
 */
@RealCluster
@Order(10)
class StationIT {

  private static final String STATION = "station1";
  private static final String SYSTEM_LEDGER = "/var/lib/sobre/ledger";
  private static final String OWN_LEDGER = "/home/alice/.local/state/sobre/ledger";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The least that the station's card draws: lab/board/power-functions. */
  private static final long LEAST_WATTS = 27;

  private final Lab lab;

  StationIT(Lab lab) {
    this.lab = lab;
  }

  @AfterEach
  void theSystemDaemonRuns() {
    if (!lab.control("status").output().contains(STATION + ": sobre-monitord runs")) {
      lab.control("daemon", "start", STATION).text();
    }
  }

  @Test
  void withTheSystemDaemonEachHasTheirOwnAndBareProcessesAreTheirUsers() {
    Result run =
        work("alice", 20, "sobre", "run", "--account", "lab-vision", "--", "python3", "train.py");
    assertThat(run.error())
        .as("the summary")
        .containsPattern("energy +\\d+ J")
        .contains("gpu", "cpu-package");
    work("bob", 16, "python3", "bare.py");
    // balances are written at the hour, and when the daemon stops
    lab.control("daemon", "stop", STATION).text();

    Map<String, Object> line = onlyRunOfAlice(systemLedger());
    assertThat(line).containsEntry("beginFrom", "wrapper").containsEntry("endFrom", "wrapper");
    assertThat(LedgerLines.object(line, "job"))
        .containsEntry("account", "lab-vision")
        .containsEntry("user", "alice");
    assertThatTheLedgerIsTrue("--station", STATION, line);
    long bob = Long.parseLong(lab.exec("root", "id", "-u", "bob").text());
    assertThat(outsideSlurm(systemLedger(), bob))
        .as("microjoules of bob's bare process, seen for most of its 16 s")
        .isGreaterThan(10 * LEAST_WATTS * 1_000_000);
    assertThat(
            outsideSlurm(
                systemLedger(), LedgerLines.number(LedgerLines.object(line, "job"), "uid")))
        .as("microjoules of Alice outside of her run, of which all her processes were part")
        .isZero();
    lab.on(STATION, "sobre", "ledger", "verify").text();
    assertThat(lab.on(STATION, "sobre", "report", "--by", "user").text())
        .contains("alice", "outside Slurm, of bob");
  }

  @Test
  void asAPlainUserWithoutADaemonTheRunIsMeasuredAndReported() {
    lab.control("daemon", "stop", STATION).text();
    Result run = work("alice", 20, "sobre", "run", "--", "python3", "train.py");
    assertThat(run.error()).as("the summary").containsPattern("energy +\\d+ J").contains("gpu");
    await("the user's own daemon to end with its last run")
        .atMost(PATIENCE)
        .until(() -> lab.on(STATION, "pgrep", "-u", "alice", "java").exitCode() == 1);

    LedgerLines ledger = lab.lines(OWN_LEDGER);
    Map<String, Object> line = onlyRunOfAlice(ledger);
    assertThat(line).containsEntry("beginFrom", "wrapper");
    assertThat(LedgerLines.objects(line, "energy").toString())
        .as("powercap is root's")
        .contains("cpu-package", "no-permission");
    assertThatTheLedgerIsTrue("--ledger", OWN_LEDGER, line);
    asAlice("sobre", "ledger", "verify").text();
    assertThat(asAlice("sobre", "report", "--by", "user", "--format", "csv").text())
        .contains("alice");
  }

  @Test
  void watchTellsThreeSecondsOfEveryDevice() {
    String seen = asAlice("sobre", "watch", "--count", "3").text();
    assertThat(seen.lines().filter(row -> row.contains("Tesla T4") || row.contains("gpu")))
        .as(seen)
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(seen).containsPattern("\\d+ ?W|\\d+(\\.\\d+)?");
  }

  private Result work(String user, int seconds, String... words) {
    String[] all =
        Stream.concat(Stream.of("env", "SOBRE_STANDIN_SECONDS=" + seconds), Stream.of(words))
            .toArray(String[]::new);
    Result result = lab.onAs(STATION, user, all);
    assertThat(result.exitCode()).as(result.output() + result.error()).isZero();
    return result;
  }

  private Result asAlice(String... words) {
    return lab.onAs(STATION, "alice", words);
  }

  private LedgerLines systemLedger() {
    return lab.linesOn(STATION, SYSTEM_LEDGER);
  }

  private static Map<String, Object> onlyRunOfAlice(LedgerLines ledger) {
    List<Map<String, Object>> runs = ledger.of(STATION, "job");
    assertThat(runs).hasSize(1);
    return runs.get(0);
  }

  private void assertThatTheLedgerIsTrue(String option, String where, Map<String, Object> line) {
    String run = String.valueOf(LedgerLines.object(line, "job").get("id"));
    for (List<String> extra : List.of(List.<String>of(), List.of("--jobs", run))) {
      String[] words =
          Stream.concat(
                  Stream.of("energy", option, where, "--within", "5", "--but-unobserved"),
                  extra.stream())
              .toArray(String[]::new);
      Result comparison = lab.control(words);
      System.out.println(comparison.output());
      assertThat(comparison.exitCode()).as(comparison.output() + comparison.error()).isZero();
    }
  }

  /** What the balances give to processes of that user that no run owns. */
  private static long outsideSlurm(LedgerLines ledger, long uid) {
    return ledger.of(STATION, "balance").stream()
        .flatMap(balance -> LedgerLines.objects(balance, "meters").stream())
        .flatMap(meter -> LedgerLines.objects(meter, "outsideSlurm").stream())
        .filter(share -> LedgerLines.number(share, "uid") == uid)
        .flatMap(share -> LedgerLines.object(share, "microjoules").values().stream())
        .mapToLong(microjoules -> ((Number) microjoules).longValue())
        .sum();
  }
}
