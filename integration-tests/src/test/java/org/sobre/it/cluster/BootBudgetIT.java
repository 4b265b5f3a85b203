package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** Everything that can hang hangs, and slurmd is started within half a minute. */
@RealCluster
@Order(15)
class BootBudgetIT {

  private static final String SHARED = "/srv/sobre/ledger/mixed1/node.json";

  /** It serves as ever, from another place; what we ask it, -V and -G, it never answers. */
  private static final String SLURMD_THAT_ANSWERS_NO_QUESTION =
      """
      mkdir /tmp/real && cp "$(readlink -f /usr/sbin/slurmd)" /tmp/real/slurmd
      printf '%s\\n' '#!/bin/sh' 'case $1 in -[GV]) exec sleep 600 ;; esac' \\
        'exec /tmp/real/slurmd "$@"' > /tmp/slurmd
      chmod 755 /tmp/slurmd
      mount --bind /tmp/slurmd "$(readlink -f /usr/sbin/slurmd)"
      """;

  private final Lab lab;

  BootBudgetIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void whateverHangsSlurmdIsStartedWithinHalfAMinute() {
    lab.unit("mixed1", "stop", "slurmd").text();
    lab.control("daemon", "stop", "mixed1").text();
    lab.on("mixed1", "sh", "-c", "rm -f /run/sobre/slurm/*; : > /run/sobre/slurm/gres.conf").text();
    lab.control("gpu", "mixed1", "0", "hang").text();
    lab.on("mixed1", "sh", "-c", SLURMD_THAT_ANSWERS_NO_QUESTION).text();
    // who opens a pipe that nobody writes waits as on a share whose server is away
    lab.exec("root", "sh", "-c", "rm -f $0; mkfifo -m 644 $0; chown sobre $0", SHARED).text();
    lab.exec("root", "sh", "-c", "kill -STOP $(pgrep -x slurmctld)").text();
    try {
      long begin = System.nanoTime();
      lab.unit("mixed1", "start", "sobre-register").text();
      lab.unit("mixed1", "start", "slurmd").text();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
      assertThat(lab.on("mixed1", "pgrep", "-x", "slurmd").text()).as("slurmd runs").isNotEmpty();
      assertThat(lab.on("mixed1", "cat", "/run/sobre/slurm/slurmd.env").text())
          .startsWith("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817");
      assertThat(lab.on("mixed1", "test", "-s", "/run/sobre/slurm/node.json").exitCode())
          .as("what could be found out is published")
          .isZero();
      assertThat(lab.on("mixed1", "pgrep", "-f", "^(nvidia-smi|cat|sleep 600)").output())
          .as("nothing is left behind")
          .isEmpty();
    } finally {
      // off before the controller hears of a node without GPUs
      lab.control("node", "powercut", "mixed1").text();
      lab.exec("root", "sh", "-c", "kill -CONT $(pgrep -x slurmctld)").text();
      lab.exec("root", "rm", SHARED).text();
      lab.control("gpu", "mixed1", "0", "ok").text();
      lab.control("node", "start", "mixed1").text();
    }
    lab.awaitNode("mixed1", "Gres=gpu:nvidia_l4:1,gpu:tesla_k80:2\n", "State=IDLE+DYNAMIC_NORM");
  }
}
