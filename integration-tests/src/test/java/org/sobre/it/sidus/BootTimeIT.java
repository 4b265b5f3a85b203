package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.it.lab.Lab;

/**
 * What our part of a boot costs: how much later than without Sobre slurmd starts. Two seconds, and
 * on a machine that is slow, or has other work, forty starts of a JVM without any program, as long
 * as they take there.
 */
@ExtendWith(SidusExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(22)
class BootTimeIT {

  private static final Duration BEYOND_THE_TOOLS = Duration.ofSeconds(2);
  private static final int STARTS_OF_A_JVM = 40;
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  /** As its process calls itself. */
  private static final String COMMAND = "org.sobre.cli.Main node boot";

  /** What a vendor's tool took, of the probes in node.json. */
  private static final Pattern TOOL =
      Pattern.compile("\"(?:nvidia-smi|amd-smi|rocm-smi)\"[^}]*?\"ms\" ?: ?(\\d+)");

  private final Lab lab;

  BootTimeIT(SidusSite site) {
    this.lab = site.lab();
  }

  @ParameterizedTest
  @Order(1)
  @ValueSource(strings = {"gpu1", "mixed1", "amd1", "cpu1"})
  void slurmdStartsNoMoreThanTwoSecondsLaterThanTheToolsTake(String node) {
    Duration ours = bootAndMeasure(node);
    Duration start = timeOfAStart(node);
    System.out.printf(
        Locale.ROOT, "%-7s java -version takes %d ms just then%n", node, start.toMillis());
    Duration ofThisMachine = start.multipliedBy(STARTS_OF_A_JVM);
    Duration bound =
        ofThisMachine.compareTo(BEYOND_THE_TOOLS) > 0 ? ofThisMachine : BEYOND_THE_TOOLS;
    lab.awaitNode(node, "State=IDLE+DYNAMIC_NORM");
    assertThat(ours).isPositive().isLessThanOrEqualTo(bound);
  }

  /** Of nothing of ours, by the node's own clock: the mean of three. */
  private Duration timeOfAStart(String node) {
    String three =
        "begin=$(date +%s%N); for i in 1 2 3; do java -version 2> /dev/null; done;"
            + " echo $((($(date +%s%N) - begin) / 3))";
    return Duration.ofNanos(Long.parseLong(lab.on(node, "sh", "-c", three).text()));
  }

  private Duration bootAndMeasure(String node) {
    lab.control("node", "reboot", node).text();
    Duration waited = timeUntilSlurmd(node);
    Duration tools = tools(node);
    Duration ours = waited.minus(tools);
    System.out.printf(
        Locale.ROOT,
        "%-7s slurmd %4d ms after sobre-register began: the vendors' tools %3d ms, the rest %4d ms%n",
        node,
        waited.toMillis(),
        tools.toMillis(),
        ours.toMillis());
    return ours;
  }

  /** On one node the tool alone; on the other our command too, stopped while it waits for it. */
  @Test
  @Order(2)
  void whatHangsIsWaitedForHalfAMinuteAtMostAndTheNodeServesWithoutGpusAndSaysWhy() {
    Map<String, String> hanging =
        Map.of(
            "gpu1", "gpu:nvidia_geforce_rtx_4090:2",
            "mixed1", "gpu:nvidia_l4:1,gpu:tesla_k80:2");
    try {
      for (String node : hanging.keySet()) {
        lab.control("gpu", node, "0", "hang").text();
        lab.control("node", "reboot", node).text();
      }
      await("the command of mixed1 to have asked the tool")
          .atMost(Duration.ofSeconds(30))
          .until(() -> lab.on("mixed1", "pgrep", "-f", "nvidia-smi.* -q").exitCode() == 0);
      lab.on("mixed1", "pkill", "-STOP", "-f", COMMAND).text();
      for (String node : hanging.keySet()) {
        Duration waited = timeUntilSlurmd(node);
        System.out.printf(Locale.ROOT, "%-7s hangs: slurmd after %d ms%n", node, waited.toMillis());
        assertThat(waited).as(node).isLessThan(AT_MOST);
        assertThat(lab.on(node, "cat", "/run/sobre/slurm/slurmd.env").text())
            .startsWith("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817")
            .doesNotContain("Gres=");
      }
      lab.awaitNode("gpu1", "Gres=(null)\n", "Reason=sobre: register: 2 of 2 GPUs are missing: ");
      assertThat(status("gpu1")).contains("unreadable (nvidia-smi gave no answer within ");
      lab.awaitNode("mixed1", "DRAIN", "Reason=sobre: register: this node could not be described");
      assertThat(status("mixed1")).contains("start operation timed out. Terminating");
    } finally {
      for (String node : hanging.keySet()) {
        lab.control("gpu", node, "0", "ok").text();
        lab.control("node", "reboot", node).text();
      }
    }
    // the cards are back: our drains end by themselves
    hanging.forEach(
        (node, gres) -> {
          lab.awaitNode(node, "State=IDLE+DYNAMIC_NORM", "Gres=" + gres + "\n");
          lab.awaitDaemon(node);
        });
  }

  private String status(String node) {
    return lab.on(node, "systemctl", "--no-pager", "status", "sobre-register").output();
  }

  private Duration timeUntilSlurmd(String node) {
    await("slurmd of " + node + " to be started")
        .atMost(Duration.ofSeconds(60))
        .until(() -> microseconds(node, "slurmd", "ExecMainStart") > 0);
    long microseconds =
        microseconds(node, "slurmd", "ExecMainStart")
            - microseconds(node, "sobre-register", "InactiveExit");
    return Duration.ofNanos(microseconds * 1000);
  }

  /** Since the boot; 0 while systemd knows of no such event, or does not answer yet. */
  private long microseconds(String node, String unit, String event) {
    String property = event + "TimestampMonotonic";
    String found = lab.on(node, "systemctl", "show", "-P", property, unit).output().strip();
    return found.isEmpty() ? 0 : Long.parseLong(found);
  }

  private Duration tools(String node) {
    String described = lab.on(node, "cat", "/run/sobre/slurm/node.json").text();
    return TOOL.matcher(described)
        .results()
        .map(tool -> Duration.ofMillis(Long.parseLong(tool.group(1))))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
