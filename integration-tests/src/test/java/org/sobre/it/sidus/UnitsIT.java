package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;

/** The shipped units under the image's own systemd: what they may do, and how they end. */
@ExtendWith(SidusExtension.class)
@Order(24)
class UnitsIT {

  private static final String NODE = "gpu1";
  private static final String FOREIGN = "cpu1";
  private static final String DAEMON = "sobre-monitord";
  private static final String DROP_IN = "/run/systemd/system/" + DAEMON + ".service.d/test.conf";
  private static final Pattern EXPOSURE =
      Pattern.compile("Overall exposure level for \\S+: ([0-9.]+) ");

  private final Lab lab;

  UnitsIT(SidusSite site) {
    this.lab = site.lab();
  }

  @AfterEach
  void theUnitIsTheShippedOne() {
    if (lab.on(NODE, "test", "-e", DROP_IN).exitCode() == 0) {
      lab.on(NODE, "rm", DROP_IN).text();
      lab.on(NODE, "systemctl", "daemon-reload").text();
      lab.on(NODE, "systemctl", "restart", DAEMON).text();
    }
  }

  @Test
  void theDaemonSeesNoNetworkNoSecretAndFewSystemCalls() {
    String unit = DAEMON + ".service";
    String judged = lab.on(NODE, "systemd-analyze", "--no-pager", "security", unit).text();
    Matcher exposure = EXPOSURE.matcher(judged);
    assertThat(exposure.find()).as(judged).isTrue();
    assertThat(Double.parseDouble(exposure.group(1))).as(judged).isLessThanOrEqualTo(2.0);

    String process = show(NODE, DAEMON, "MainPID");
    assertThat(lab.on(NODE, "cat", "/proc/" + process + "/status").text())
        .contains("Seccomp:\t2\n", "NoNewPrivs:\t1\n");
    assertThat(lab.on(NODE, "cat", "/proc/" + process + "/net/dev").text())
        .contains("lo:")
        .doesNotContain("eth");
    assertThat(lab.on(NODE, "cat", "/etc/shadow").text()).contains("root:");
    // root may still open what stands in its place
    assertThat(lab.on(NODE, "cat", "/proc/" + process + "/root/etc/shadow").output())
        .as("what the daemon sees in /etc/shadow")
        .isEmpty();
    for (String seen : List.of("root", "etc/munge", "run/user")) {
      assertThat(
              lab.on(NODE, "find", "/proc/" + process + "/root/" + seen, "-mindepth", "1").output())
          .as("what the daemon sees in /%s", seen)
          .isEmpty();
    }
  }

  @Test
  void theDaemonMayOpenTheCardsAndNoOtherDevice() {
    // a number that no driver of this machine need have: who may open it is told that it is not
    // there
    lab.on(NODE, "mknod", "-m", "666", "/dev/other", "c", "10", "144").text();
    String group = "/sys/fs/cgroup/system.slice/" + DAEMON + ".service/cgroup.procs";
    String open = "echo $$ > " + group + "; for f; do (: < \"$f\"); done";
    String error =
        lab.on(NODE, "sh", "-c", open, "sh", "/dev/nvidia0", "/dev/nvidiactl", "/dev/other")
            .error();
    assertThat(error)
        .contains("/dev/other: Operation not permitted")
        .doesNotContainPattern("/dev/nvidia\\w+: Operation not permitted");
  }

  @Test
  void theDaemonReadsTheKernelsLog() {
    lab.control("gpu", NODE, "1", "log", "NVRM: Xid (PCI:%s): 79, GPU has fallen off the bus.")
        .text();
    awaitHealth("xid-79");
    lab.control("gpu", NODE, "1", "log", "NVRM: loading NVIDIA UNIX x86_64 Kernel Module").text();
    awaitHealth("verdict=good");
    lab.awaitNode(NODE, "State=IDLE+DYNAMIC_NORM");
  }

  private void awaitHealth(String word) {
    await("the daemon's verdict to have " + word)
        .atMost(Duration.ofSeconds(20))
        .until(() -> lab.on(NODE, "cat", "/run/sobre/health").output().contains(word));
  }

  @Test
  void aDaemonThatHangsIsStartedAnewWhereItStoodIsInTheJournalAndItsJobHasOneLine() {
    lab.on(NODE, "mkdir", "-p", DROP_IN.substring(0, DROP_IN.lastIndexOf('/'))).text();
    String soon = "printf '[Service]\\nWatchdogSec=15s\\nTimeoutAbortSec=2s\\n' > " + DROP_IN;
    lab.on(NODE, "sh", "-c", soon).text();
    lab.on(NODE, "systemctl", "daemon-reload").text();
    lab.on(NODE, "systemctl", "restart", DAEMON).text();
    String job = lab.sbatch("alice", "sleep 80", "-w", NODE, "--gres=gpu:1");
    lab.awaitStart(job);
    // twice the watchdog's patience
    await().pollDelay(Duration.ofSeconds(30)).atMost(Duration.ofSeconds(35)).until(() -> true);
    assertThat(show(NODE, DAEMON, "NRestarts"))
        .as("a daemon that is well is left alone")
        .isEqualTo("0");

    String hung = show(NODE, DAEMON, "MainPID");
    // a signal for process 0 would stop whoever sends it
    assertThat(hung).isNotEqualTo("0");
    lab.on(NODE, "kill", "-STOP", hung).text();
    await("another daemon")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                show(NODE, DAEMON, "NRestarts").equals("1")
                    && show(NODE, DAEMON, "SubState").equals("running"));
    // what is written to it arrives later
    lab.on(NODE, "journalctl", "--sync").text();
    assertThat(lab.on(NODE, "journalctl", "-b", "-u", DAEMON, "_PID=" + hung).text())
        .contains("Full thread dump", "at org.sobre.daemon.");

    assertThat(lab.awaitEnd(job, Duration.ofSeconds(110)))
        .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.awaitJobLine(NODE, job)).containsEntry("recovered", false);
  }

  /** A machine that boots the image and has nothing to do with Slurm. */
  @Test
  void thePortForMetricsIsOffAndOneCommandOpensIt() {
    assertThat(lab.on(NODE, "systemctl", "is-enabled", "sobre-metrics.socket").output().strip())
        .isEqualTo("disabled");
    String scrape =
        "exec 3<>/dev/tcp/127.0.0.1/9842 && printf 'GET /metrics HTTP/1.1\\r\\n\\r\\n' >&3 && cat <&3";
    assertThat(lab.on(NODE, "bash", "-c", scrape).output()).isEmpty();
    lab.on(NODE, "systemctl", "start", "sobre-metrics.socket").text();
    try {
      await("a page of the node's metrics")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(lab.on(NODE, "bash", "-c", scrape).output())
                      .startsWith("HTTP/1.1 200 OK")
                      .containsPattern("sobre_meter_joules_total\\{part=\"gpu\".*} [1-9]"));
      String judged =
          lab.on(NODE, "systemd-analyze", "--no-pager", "security", "sobre-metrics.service").text();
      Matcher exposure = EXPOSURE.matcher(judged);
      assertThat(exposure.find()).as(judged).isTrue();
      assertThat(Double.parseDouble(exposure.group(1))).as(judged).isLessThanOrEqualTo(1.0);
    } finally {
      lab.on(NODE, "systemctl", "stop", "sobre-metrics.socket", "sobre-metrics.service").text();
    }
  }

  @Test
  void aForeignMachineIsQuiet() {
    try {
      String override =
          "printf 'nodes:\\n  - match: %s\\n    set: {slurm: {controller: ~}}\\n' \"$(hostname)\" >> /etc/sobre/sobre.yaml";
      lab.on(FOREIGN, "sh", "-c", override).text();
      lab.on(FOREIGN, "sh", "-c", "umount /sys/class/powercap; rm -rf /run/sobre/slurm/*").text();
      lab.on(FOREIGN, "systemctl", "stop", "slurmd", DAEMON, "sobre-register").text();
      String now = lab.on(FOREIGN, "date", "+%s.%N").text();
      lab.on(FOREIGN, "systemctl", "start", "sobre-register", DAEMON, "slurmd").text();

      await("the daemon to end")
          .atMost(Duration.ofSeconds(40))
          .until(() -> show(FOREIGN, DAEMON, "ActiveState").equals("inactive"));
      assertThat(show(FOREIGN, DAEMON, "Result")).isEqualTo("success");
      assertThat(show(FOREIGN, DAEMON, "NRestarts")).isEqualTo("0");
      assertThat(show(FOREIGN, "slurmd", "ActiveState")).isEqualTo("inactive");
      assertThat(show(FOREIGN, "slurmd", "ConditionResult")).isEqualTo("no");
      assertThat(said(now, "sobre-monitord")).hasSize(1);
      assertThat(said(now, "sobre")).hasSizeLessThanOrEqualTo(1);

      String nothing =
          "mkdir -p /etc/systemd/system/sobre-.service.d"
              + " && printf '[Unit]\\nConditionHost=!c[p]u*\\n' > /etc/systemd/system/sobre-.service.d/foreign.conf";
      lab.on(FOREIGN, "sh", "-c", nothing).text();
      lab.on(FOREIGN, "systemctl", "daemon-reload").text();
      lab.on(FOREIGN, "systemctl", "restart", "sobre-register", DAEMON).text();
      for (String unit : List.of("sobre-register", DAEMON)) {
        assertThat(show(FOREIGN, unit, "ConditionResult")).as(unit).isEqualTo("no");
      }
    } finally {
      lab.control("node", "reboot", FOREIGN).text();
      lab.awaitNode(FOREIGN, "State=IDLE+DYNAMIC_NORM");
    }
  }

  /** What a program that has ended has written to the journal since, and journald has read. */
  private List<String> said(String since, String program) {
    lab.on(FOREIGN, "journalctl", "--sync").text();
    return lab.on(FOREIGN, "journalctl", "-q", "-o", "cat", "-S", "@" + since, "-t", program)
        .output()
        .lines()
        .toList();
  }

  private String show(String node, String unit, String property) {
    return lab.on(node, "systemctl", "show", "-P", property, unit).text();
  }
}
