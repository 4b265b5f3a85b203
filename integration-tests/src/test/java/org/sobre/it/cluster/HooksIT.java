package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A job starts and ends whatever has become of Sobre on its node, and the node is not drained. */
@RealCluster
@Order(5)
class HooksIT {

  private final Lab lab;

  HooksIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void withTheDaemonDead() {
    lab.control("daemon", "stop", "gpu1").text();
    try {
      assertThatAJobRuns();
    } finally {
      lab.control("daemon", "start", "gpu1");
    }
  }

  @Test
  void withRunSobreMissing() {
    onNode("mv /run/sobre /run/sobre.away");
    try {
      assertThatAJobRuns();
    } finally {
      onNode("rm -rf /run/sobre; mv /run/sobre.away /run/sobre");
    }
  }

  @Test
  void withTheDiskFull() {
    onNode(
        "mount -t tmpfs -o size=4k,mode=770 full /run/sobre/jobs"
            + " && chgrp sobre /run/sobre/jobs && ! head -c 1M /dev/zero 2>&1 > /run/sobre/jobs/filler");
    try {
      assertThatAJobRuns();
    } finally {
      onNode("umount /run/sobre/jobs");
    }
  }

  private void assertThatAJobRuns() {
    assertThat(lab.exec("alice", "srun", "-Q", "-w", "gpu1", "hostname").text()).isEqualTo("gpu1");
    await("gpu1 to be idle, and not drained")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> lab.exec("root", "sinfo", "-h", "-n", "gpu1", "-o", "%t|%E").text(),
            "idle|none"::equals);
  }

  private void onNode(String script) {
    lab.on("gpu1", "sh", "-c", script).text();
  }
}
