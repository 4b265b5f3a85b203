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
    assertThat(lab.on(NODE, "cat", "/proc/" + process + "/root/etc/shadow").exitCode())
        .as("the daemon's own /etc/shadow")
        .isNotZero();
    for (String seen : List.of("root", "etc/munge", "run/user")) {
      assertThat(
              lab.on(NODE, "find", "/proc/" + process + "/root/" + seen, "-mindepth", "1").output())
          .as("what the daemon sees in /%s", seen)
          .isEmpty();
    }
  }

  @Test
  void aDaemonThatHangsIsStartedAnewWhereItStoodIsInTheJournalAndItsJobHasOneLine() {
    lab.on(NODE, "mkdir", "-p", DROP_IN.substring(0, DROP_IN.lastIndexOf('/'))).text();
    String soon = "printf '[Service]\\nWatchdogSec=3s\\nTimeoutAbortSec=2s\\n' > " + DROP_IN;
    lab.on(NODE, "sh", "-c", soon).text();
    lab.on(NODE, "systemctl", "daemon-reload").text();
    lab.on(NODE, "systemctl", "restart", DAEMON).text();
    String job = lab.sbatch("alice", "sleep 40", "-w", NODE, "--gres=gpu:1");
    lab.awaitStart(job);
    // three times the watchdog's patience
    await().pollDelay(Duration.ofSeconds(9)).atMost(Duration.ofSeconds(15)).until(() -> true);
    assertThat(show(NODE, DAEMON, "NRestarts"))
        .as("a daemon that is well is left alone")
        .isEqualTo("0");

    String hung = show(NODE, DAEMON, "MainPID");
    lab.on(NODE, "kill", "-STOP", hung).text();
    await("another daemon")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                show(NODE, DAEMON, "NRestarts").equals("1")
                    && show(NODE, DAEMON, "SubState").equals("running"));
    assertThat(lab.on(NODE, "journalctl", "-b", "-u", DAEMON, "_PID=" + hung).text())
        .contains("Full thread dump", "at org.sobre.daemon.");

    assertThat(lab.awaitEnd(job, Duration.ofSeconds(60)))
        .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.awaitJobLine(NODE, job)).doesNotContainKey("recovered");
  }

  /** A machine that boots the image and has nothing to do with Slurm. */
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
          .atMost(Duration.ofSeconds(20))
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

  /** What a program has written to the journal since. */
  private List<String> said(String since, String program) {
    return lab.on(FOREIGN, "journalctl", "-q", "-o", "cat", "-S", "@" + since, "-t", program)
        .output()
        .lines()
        .toList();
  }

  private String show(String node, String unit, String property) {
    return lab.on(node, "systemctl", "show", "-P", property, unit).text();
  }
}
