package org.sobre.it.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** Whatever happens to the daemon, a job has one line, and what was not seen shows as not seen. */
@RealCluster
@Order(6)
class DaemonKilledIT {

  private final Lab lab;

  DaemonKilledIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeEach
  void awaitDaemon() {
    lab.awaitDaemon("gpu1");
  }

  @Test
  void sigkillInMidJobGivesOneLineWithTheGapInItsObservedTime() {
    String job = lab.sbatch("alice", "exec sobre run -- sleep 24", "-w", "gpu1", "--gres=gpu:1");
    lab.awaitStart(job);
    pause(Duration.ofSeconds(6));
    lab.control("daemon", "kill9", "gpu1").text();
    // its unit brings it back after five seconds
    lab.awaitEnd(job, Duration.ofSeconds(60));

    Map<String, Object> line = awaitOnlyJobLine(job);
    Map<?, ?> gpu = energyOf(line, "gpu");
    long elapsed = milliseconds(line, "elapsedMs");
    long observed = milliseconds(gpu, "observedMs");
    assertThat(elapsed).isBetween(24_000L, Math.max(30_000, lab.elapsed(job).toMillis() + 2_000));
    // five seconds dead, and the JVM's start; what was metered before the kill is kept
    assertThat(elapsed - observed).isBetween(4_000L, 12_000L);
    assertThat(line).containsEntry("beginFrom", "prolog").containsEntry("endFrom", "epilog");
  }

  @Test
  void aPowerCutInMidJobGivesOneRecoveredLineInTheOldBoot() {
    long submitted = System.nanoTime();
    String job =
        lab.sbatch(
            "alice", "exec sobre run -- sleep 300", "-w", "gpu1", "--gres=gpu:1", "--no-requeue");
    lab.awaitStart(job);
    // longer than the lab's checkpoint period of 5 s
    pause(Duration.ofSeconds(18));
    lab.control("node", "powercut", "gpu1").text();
    long cut = Duration.ofNanos(System.nanoTime() - submitted).toMillis();
    lab.control("node", "start", "gpu1").text();

    Map<String, Object> line = awaitOnlyJobLine(job);
    assertThat(line).containsEntry("recovered", true).containsEntry("endFrom", "reboot");
    // all but the last checkpoint period (5 s), what was not yet settled in it, and some seconds of
    // grace
    assertThat(milliseconds(line, "elapsedMs")).isBetween(8_000L, Math.max(22_000, cut));
    assertThat(milliseconds(energyOf(line, "gpu"), "observedMs")).isGreaterThan(7_000L);
    assertThat(lab.ledger("gpu1", "boot"))
        .as("the next boot names the one that was cut")
        .anySatisfy(boot -> assertThat(boot).containsEntry("previousBoot", line.get("boot")));
    // slurmctld may hold on to the lost job until the node registers another time
    lab.exec("root", "scancel", job).text();
    assertThat(lab.exec("bob", "srun", "-Q", "-w", "gpu1", "--gres=gpu:2", "hostname").text())
        .isEqualTo("gpu1");
  }

  private Map<String, Object> awaitOnlyJobLine(String job) {
    lab.awaitJobLine("gpu1", job);
    // a second one would come within a few ticks of the daemon
    pause(Duration.ofSeconds(4));
    return lab.awaitJobLine("gpu1", job);
  }

  private static Map<?, ?> energyOf(Map<String, Object> line, String part) {
    return ((List<?>) member(line, "energy"))
        .stream()
            .map(entry -> (Map<?, ?>) entry)
            .filter(entry -> part.equals(entry.get("part")))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + part + " in " + line));
  }

  private static long milliseconds(Map<?, ?> object, String key) {
    return ((Number) member(object, key)).longValue();
  }

  private static Object member(Map<?, ?> object, String key) {
    return requireNonNull(object.get(key), () -> "no " + key + " in " + object);
  }

  private static void pause(Duration duration) {
    await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
  }
}
