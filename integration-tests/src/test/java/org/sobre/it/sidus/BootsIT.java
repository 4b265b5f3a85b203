package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.OtherCards;

/** Power cuts, other hardware and a cable that is out, with the shipped units and their systemd. */
@ExtendWith(SidusExtension.class)
@Order(23)
class BootsIT {

  private static final String PAIR = "rtx4090-pair_535.154.05_q-x.xml";

  private final SidusSite site;
  private final Lab lab;

  BootsIT(SidusSite site) {
    this.site = site;
    this.lab = site.lab();
  }

  @Test
  void aPowerCutInMidJobIsOneRecoveredLineAndTheNodeComesBackWithOtherCards() {
    String job =
        lab.sbatch(
            "alice", "exec sobre run -- sleep 300", "-w", "mixed1", "--gres=gpu:1", "--no-requeue");
    lab.awaitStart(job);
    // two checkpoints of 5 s
    pause(Duration.ofSeconds(12));
    new OtherCards(lab, "mixed1").boot("gpu:nvidia_geforce_rtx_4090:2", PAIR);
    Map<String, Object> line = lab.awaitJobLine("mixed1", job);
    assertThat(line).containsEntry("recovered", true).containsEntry("endFrom", "reboot");
    // its line is the next one that the daemon writes
    await("the next boot to name the one that was cut")
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(lab.ledger("mixed1", "boot"))
                    .anySatisfy(
                        boot -> assertThat(boot).containsEntry("previousBoot", line.get("boot"))));
    lab.exec("root", "scancel", job);
    assertThat(lab.exec("bob", "srun", "-Q", "-w", "mixed1", "--gres=gpu:2", "hostname").text())
        .isEqualTo("mixed1");
    assertThat(lab.jobLines("mixed1", job)).as("and no second one").hasSize(1);
  }

  @Test
  void withoutANetworkRegisteringGivesUpAndSlurmdIsStarted() {
    lab.control("node", "powercut", "cpu1").text();
    lab.exec("root", "ip", "link", "set", "to-cpu1", "down").text();
    lab.control("node", "start", "cpu1").text();
    try {
      await("slurmd to be started")
          .atMost(Duration.ofSeconds(60))
          .until(() -> show("slurmd", "ExecMainStartTimestampMonotonic").matches("[1-9]\\d*"));
      long waited =
          microseconds("slurmd", "ExecMainStart") - microseconds("sobre-register", "InactiveExit");
      assertThat(Duration.ofNanos(waited * 1000)).isLessThan(Duration.ofSeconds(30));
      assertThat(lab.on("cpu1", "cat", "/run/sobre/slurm/slurmd.env").text())
          .contains("--conf-server ctl:6817");
    } finally {
      lab.exec("root", "ip", "link", "set", "to-cpu1", "up").text();
    }
    // slurmd asks for its configuration only at its start
    lab.on("cpu1", "systemctl", "restart", "slurmd").text();
    lab.awaitNode("cpu1", "State=IDLE+DYNAMIC_NORM");
    lab.awaitDaemon("cpu1");
  }

  @Test
  void noBootHasChangedTheImage() {
    assertThat(site.image().sum()).isEqualTo(site.sum());
  }

  private long microseconds(String unit, String event) {
    return Long.parseLong(show(unit, event + "TimestampMonotonic"));
  }

  private String show(String unit, String property) {
    return lab.on("cpu1", "systemctl", "show", "-P", property, unit).output().strip();
  }

  private static void pause(Duration duration) {
    await().pollDelay(duration).atMost(duration.plusSeconds(5)).until(() -> true);
  }
}
