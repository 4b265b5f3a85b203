package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.OtherCards;

/** What our part of a boot costs: how much later than without Sobre slurmd starts. */
@ExtendWith(SidusExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(22)
class BootTimeIT {

  private static final Duration BEYOND_THE_TOOLS = Duration.ofSeconds(2);
  private static final Duration AT_MOST = Duration.ofSeconds(30);

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
    lab.control("node", "reboot", node).text();
    Duration waited = timeUntilSlurmd(node);
    Duration tools = tools(node);
    Duration ours = waited.minus(tools);
    System.out.printf(
        Locale.ROOT,
        "%-7s slurmd %4d ms after sobre-register began; the vendors' tools %4d ms, the rest %4d ms%n",
        node,
        waited.toMillis(),
        tools.toMillis(),
        ours.toMillis());
    lab.awaitNode(node, "State=IDLE+DYNAMIC_NORM");
    lab.awaitDaemon(node);
    assertThat(ours).isPositive().isLessThanOrEqualTo(BEYOND_THE_TOOLS);
  }

  @Test
  @Order(2)
  void aToolThatHangsIsWaitedForHalfAMinuteAtMostAndTheNodeServesWithoutGpusAndSaysWhy() {
    lab.control("gpu", "gpu1", "0", "hang").text();
    lab.control("node", "reboot", "gpu1").text();
    try {
      Duration waited = timeUntilSlurmd("gpu1");
      System.out.printf(Locale.ROOT, "nvidia-smi hangs: slurmd after %d ms%n", waited.toMillis());
      assertThat(waited).isLessThan(AT_MOST);
      assertThat(lab.on("gpu1", "cat", "/run/sobre/slurm/slurmd.env").text())
          .startsWith("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817")
          .doesNotContain("Gres=");
      String record = lab.awaitNode("gpu1", "DRAIN");
      System.out.println(record);
      System.out.println(
          lab.on("gpu1", "systemctl", "--no-pager", "status", "sobre-register").output());
      assertThat(record).contains("Gres=(null)\n");
    } finally {
      lab.control("gpu", "gpu1", "0", "ok").text();
      new OtherCards(lab, "gpu1").boot("gpu:nvidia_geforce_rtx_4090:2");
    }
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
