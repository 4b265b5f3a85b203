package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * Bob is logged in on the node where a job of Alice runs, and means harm. Whatever he tries, the
 * same daemon goes on, in its memory, and answers Alice.
 */
@RealCluster
@Order(8)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileUserIT {

  private static final String NODE = "gpu1";
  private static final String TALK = "/run/lab/bin/talk";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long MEBI = 1024 * 1024;

  private final Lab lab;
  private String job = "";
  private String daemon = "";

  HostileUserIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeAll
  void aJobOfAliceRuns() {
    lab.awaitDaemon(NODE);
    job = lab.sbatch("alice", "exec sobre run -- sleep 600", "-w", NODE, "--gres=gpu:1");
    lab.awaitStart(job);
    await("the daemon to know Alice's job").atMost(PATIENCE).until(this::aliceIsAnswered);
    daemon = daemonProcess();
  }

  @AfterEach
  void theSameDaemonAnswersAlice() {
    await("an answer for Alice").atMost(PATIENCE).until(this::aliceIsAnswered);
    assertThat(daemonProcess()).isEqualTo(daemon);
    assertThat(residentBytes()).isLessThan(memoryMax());
  }

  @AfterAll
  void aliceDeclaredNothing() {
    lab.exec("alice", "scancel", job).text();
    assertThat(lab.awaitJobLine(NODE, job).get("declared")).isNull();
  }

  @Test
  void anotherUsersJoulesAreNotTold() {
    Result answer = asBob(TALK, "ask", energyOf(job));
    assertThat(answer.output()).contains("\"error\"").doesNotContain("joules", "parts");
  }

  @Test
  void anotherUsersWorkIsNotDeclared() {
    Result answer =
        asBob(
            TALK,
            "ask",
            "{\"v\":1,\"declare\":{\"profile\":\"mine\",\"unit\":\"image\",\"items\":1000000},\"job\":\""
                + job
                + ".0\"}");
    assertThat(answer.output()).contains("\"error\"").doesNotContain("\"ok\"");
  }

  /** No run beside Slurm's on a node of Slurm's, for oneself or in another's name. */
  @Test
  void noRunIsBegunOnANodeOfSlurms() {
    String pid = lab.on(NODE, "pgrep", "-o", "-u", "alice", "sleep").text();
    for (String victim : List.of(pid, "1")) {
      String begin =
          "{\"v\":1,\"begin\":{\"pid\":"
              + victim
              + ",\"command\":\"x\",\"cpus\":1,\"gpus\":{\"all\":true}}}";
      assertThat(asBob(TALK, "ask", begin).output())
          .contains("\"error\"")
          .doesNotContain("\"job\"");
    }
    assertThat(
            asBob(TALK, "ask", "{\"v\":1,\"end\":{\"waitStatus\":0},\"job\":\"" + job + ".0\"}")
                .output())
        .contains("\"error\"");
  }

  /** Who holds a card is told to its holder; that it is held, and what it draws, to anybody. */
  @Test
  void theNodesViewDoesNotNameTheHolder() {
    assertThat(asBob(TALK, "ask", "{\"v\":1,\"ask\":\"node\"}").output())
        .contains("\"held\":true", "\"watts\":")
        .doesNotContain("alice", job + ".0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat /srv/sobre/ledger/gpu1/*.jsonl",
        "cat /run/sobre/jobs/*",
        "ln -s /etc/passwd /run/sobre/jobs/1.0.begin",
        "ln -s /etc/passwd /run/sobre/state/link",
        "ln -s /etc/passwd /run/sobre/link",
        "ln -sf /etc/passwd /run/sobre/state/checkpoint.json",
        "ln -s /etc/passwd /srv/sobre/ledger/gpu1/link",
        "mv /run/sobre/job.sock /run/sobre/other.sock",
        "rm /run/sobre/job.sock",
        "dd if=/dev/zero of=/run/sobre/fill bs=1M count=512",
        "dd if=/dev/zero of=/run/sobre/jobs/fill bs=1M count=512",
        "dd if=/dev/zero of=/run/sobre/state/fill bs=1M count=512",
        "dd if=/dev/zero of=/run/sobre/slurm/fill bs=1M count=512",
        "dd if=/dev/zero of=/run/fill bs=1M count=512"
      })
  void filesAreOutOfReach(String command) {
    Result refused = asBob("sh", "-c", command);
    assertThat(refused.exitCode()).as(refused.output()).isNotZero();
    assertThat(refused.error()).containsAnyOf("Permission denied", "Operation not permitted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "KILL", "STOP"})
  void theDaemonTakesNoSignal(String signal) {
    assertThat(asBob("sh", "-c", "kill -" + signal + " " + daemon).error())
        .contains("Operation not permitted");
  }

  @Test
  void tenThousandConnectionsKeepAliceWaitingForSecondsAtMost() {
    CompletableFuture<Result> flood =
        CompletableFuture.supplyAsync(
            () -> asBob("sh", "-c", "ulimit -n $(ulimit -Hn); exec " + TALK + " flood 10000"));
    await("an answer for Alice in the flood").atMost(PATIENCE).until(this::aliceIsAnswered);
    Result result = flood.join();
    assertThat(result.exitCode()).as(result.error()).isZero();
    long opened = Long.parseLong(result.output().split(" ", 2)[0]);
    assertThat(opened).as(result.output()).isEqualTo(10_000);
  }

  @Test
  void ofAGibibyteOnlyTheFirstLineIsTaken() {
    Result gush = asBob(TALK, "gush", Long.toString(1024 * MEBI));
    assertThat(gush.exitCode()).as(gush.output()).isZero();
    assertThat(Long.parseLong(gush.output().split(" ", 2)[0])).isLessThan(MEBI);
  }

  private Result asBob(String... words) {
    return lab.onAs(NODE, "bob", words);
  }

  private boolean aliceIsAnswered() {
    return lab.onAs(NODE, "alice", TALK, "ask", energyOf(job)).output().contains("\"joules\"");
  }

  private static String energyOf(String job) {
    return "{\"v\":1,\"ask\":\"energy\",\"job\":\"" + job + ".0\"}";
  }

  private String daemonProcess() {
    return lab.on(NODE, "cat", "/run/lab/sobre-monitord.pid").text();
  }

  private long residentBytes() {
    String status = lab.on(NODE, "grep", "VmRSS", "/proc/" + daemon + "/status").text();
    return Long.parseLong(status.replaceAll("\\D", "")) * 1024;
  }

  /** What the unit allows it; systemd would kill it there. */
  private long memoryMax() {
    String line =
        lab.on(NODE, "grep", "^MemoryMax=", "/usr/lib/systemd/system/sobre-monitord.service")
            .text();
    assertThat(line).matches("MemoryMax=\\d+M");
    return Long.parseLong(line.replaceAll("\\D", "")) * MEBI;
  }
}
