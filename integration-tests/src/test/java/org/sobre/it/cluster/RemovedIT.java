package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** Without Sobre, and without what it wrote, slurmd and slurmctld start all the same. */
@RealCluster
@Order(14)
class RemovedIT {

  private static final String HIDE =
      "mount --bind /dev/null /usr/bin/sobre; for d in /usr/libexec/sobre /usr/share/sobre; do"
          + " mount -t tmpfs -o ro none $d; done";
  private static final String SHOW = "umount /usr/bin/sobre /usr/libexec/sobre /usr/share/sobre";

  private final Lab lab;

  RemovedIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void slurmStartsWithoutSobresProgramsAndDaemon() {
    lab.unit("gpu1", "stop", "slurmd").text();
    lab.control("daemon", "stop", "gpu1").text();
    lab.on("gpu1", "sh", "-c", HIDE).text();
    try {
      assertThat(lab.on("gpu1", "sobre", "--version").exitCode()).as("it is gone").isNotZero();
      String before = startOfSlurmd();
      lab.control("controller", "restart").text();
      lab.unit("gpu1", "start", "slurmd").text();
      // no job here: slurm.conf still names the prolog that is gone, and Slurm drains for that
      awaitRegisteredAfter(before);
    } finally {
      lab.on("gpu1", "sh", "-c", SHOW).text();
      lab.control("daemon", "start", "gpu1").text();
    }
    lab.awaitDaemon("gpu1");
  }

  @Test
  void whatSomebodyHasDeletedUnderRunIsThereAgainBeforeSlurmNeedsIt() {
    String before = startOfSlurmd();
    lab.unit("gpu1", "stop", "slurmd").text();
    lab.on("gpu1", "rm", "-rf", "/run/sobre/slurm").text();
    lab.exec("root", "rm", "-rf", "/run/sobre/slurm").text();
    lab.control("controller", "restart").text();
    lab.unit("gpu1", "start", "slurmd").text();
    awaitRegisteredAfter(before);
    assertThat(lab.exec("alice", "srun", "-Q", "-w", "gpu1", "--gres=gpu:2", "hostname").text())
        .isEqualTo("gpu1");
    assertThat(lab.on("gpu1", "cat", "/run/sobre/slurm/gres.conf").text())
        .contains("Name=gpu Type=nvidia_geforce_rtx_4090");
    assertThat(lab.exec("root", "stat", "-c", "%s", "/run/sobre/slurm/gres.conf").text())
        .isEqualTo("0");
  }

  private String startOfSlurmd() {
    String record = lab.exec("root", "scontrol", "show", "node", "gpu1").text();
    Matcher m = Pattern.compile("SlurmdStartTime=(\\S+)").matcher(record);
    assertThat(m.find()).as(record).isTrue();
    return m.group(1);
  }

  /**
   * The controller keeps a node's record over a restart, and with it when its slurmd started: so
   * the controller is restarted first, and only a new start says who speaks to it.
   */
  private void awaitRegisteredAfter(String before) {
    await("gpu1 to register by the slurmd that has just started")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !startOfSlurmd().equals(before));
    lab.awaitNode("gpu1", "State=IDLE+DYNAMIC_NORM", "Gres=gpu:nvidia_geforce_rtx_4090:2\n");
  }
}
