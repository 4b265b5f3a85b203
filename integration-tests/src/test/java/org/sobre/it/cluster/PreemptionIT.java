package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** A job of more importance takes the cards: the wrapped command is told as the bare one is. */
@RealCluster
@Order(22) // restarts the controller, as the one before
class PreemptionIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SLURM_CONF = "/etc/slurm/slurm.conf";

  private static final String COUNTER =
      """
      perl -e '
        open my $out, ">>", "$ENV{HOME}/preempted-$ENV{SLURM_JOB_ID}.out" or die;
        my $end;
        for my $name (qw(TERM HUP INT USR1 USR2)) {
          $SIG{$name} = sub { syswrite $out, "$name\\n"; $end //= time + 3 };
        }
        syswrite $out, "up\\n";
        select undef, undef, undef, 0.05 until $end && time >= $end;
      '\
      """;

  private final Lab lab;

  PreemptionIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeEach
  void letTheUrgentGoFirst() {
    lab.edit(
        SLURM_CONF,
        "$a PreemptType=preempt/partition_prio\\nPreemptMode=REQUEUE\\n"
            + "PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=9");
    restartController();
  }

  @AfterEach
  void letNobodyGoFirst() {
    lab.edit(SLURM_CONF, "/^Preempt/d;/^PartitionName=urgent/d");
    restartController();
  }

  /**
   * Returns when the node has registered with the new one: slurmctld 22.05 gives a job that starts
   * before that no GPU, and that GPU to nobody.
   */
  private void restartController() {
    lab.unit("gpu1", "stop", "slurmd").text();
    lab.control("controller", "restart").text();
    String before = slurmdStart();
    lab.unit("gpu1", "start", "slurmd").text();
    await("the node to register")
        .atMost(PATIENCE)
        .until(() -> !slurmdStart().equals(before) && isIdle());
  }

  private String slurmdStart() {
    return lab.exec("root", "scontrol", "show", "node", "gpu1")
        .text()
        .replaceAll("(?s).*SlurmdStartTime=(\\S+).*", "$1");
  }

  private boolean isIdle() {
    return lab.exec("root", "scontrol", "show", "node", "gpu1").text().contains("State=IDLE");
  }

  @Test
  void preemptionIsHeardAsOftenWrappedAsBareAndTheJobIsRequeued() {
    String bare = submit("exec " + COUNTER);
    String wrapped = submit("exec sobre run -- " + COUNTER);
    for (String job : List.of(bare, wrapped)) {
      await("job " + job + " to be up")
          .atMost(PATIENCE)
          .ignoreException(UncheckedIOException.class)
          .until(() -> told(job), "up\n"::equals);
    }
    String urgent =
        lab.sbatch("bob", "true", "--partition=urgent", "--nodelist=gpu1", "--gres=gpu:2");
    for (String job : List.of(bare, wrapped)) {
      await("job " + job + " to wait for its second start")
          .atMost(PATIENCE)
          .until(
              () -> lab.exec("root", "squeue", "-h", "-j", job, "-o", "%T").text(),
              "PENDING"::equals);
      assertThat(lab.exec("root", "sacct", "-D", "-X", "-n", "-P", "-o", "State", "-j", job).text())
          .contains("PREEMPTED");
      lab.exec("root", "scancel", job).text();
    }
    lab.exec("root", "scancel", urgent).text();
    assertThat(told(bare)).contains("TERM");
    assertThat(told(wrapped)).isEqualTo(told(bare));
  }

  private String told(String job) {
    return lab.output("alice", "preempted-" + job);
  }

  private String submit(String script) {
    return lab.sbatch("alice", script, "--nodelist=gpu1", "--gres=gpu:1", "--requeue");
  }
}
