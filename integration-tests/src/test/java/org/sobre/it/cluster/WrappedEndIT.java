package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;

/** Whatever a wrapped command ends with is what its job ends with. */
@RealCluster
@Order(4)
class WrappedEndIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Lab lab;

  WrappedEndIT(Lab lab) {
    this.lab = lab;
  }

  /** Every fifth of 0 to 255, unless {@code -Dsobre.statuses=1} wants each. */
  private static final int STEP = Integer.getInteger("sobre.statuses", 5);

  /** Four at a time; those whose status the wrapper changes are named, and how many were tried. */
  @Test
  void everyStatusComesThrough() {
    String one =
        "sobre run --quiet -- sh -c \"exit $1\"; s=$?; [ $s = $1 ] || echo \"$1 became $s\"; echo tried";
    String job =
        lab.sbatch(
            "alice",
            "seq 0 " + STEP + " 255 | xargs -P 4 -n 1 sh -c '" + one + "' sh 2>&1 | sort | uniq -c",
            "--nodelist=cpu1");
    assertThat(lab.awaitEnd(job, PATIENCE.plusSeconds(3 * 256 / STEP)))
        .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", job).strip()).isEqualTo((255 / STEP + 1) + " tried");
  }

  /** As sacct has it: a status above 128 is a signal to it, wrapped or not. */
  @Test
  void sacctHasTheSameOfAnArrayWrappedAndBare() {
    String array = "--array=0,1,2,63,64,69,125,126,127,128,143,255";
    String bare = lab.sbatch("alice", "exit $SLURM_ARRAY_TASK_ID", array, "--nodelist=cpu1");
    String wrapped =
        lab.sbatch(
            "alice",
            "exec sobre run -- sh -c \"exit $SLURM_ARRAY_TASK_ID\"",
            array,
            "--nodelist=cpu1");
    List<JobRecord> expected = ends(bare);
    assertThat(ends(wrapped)).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Slurm knows an element of an array when it has begun. */
  private List<JobRecord> ends(String array) {
    return await("all elements of " + array)
        .atMost(PATIENCE)
        .until(() -> lab.awaitEnds(array, PATIENCE), found -> found.size() == 12);
  }

  /** The job goes on without it, and the new one takes it over. */
  @Test
  void aSlurmdThatIsKilledTakesNoWrappedCommandWithIt() {
    String job =
        lab.sbatch(
            "alice",
            "exec sobre run -- sh -c \"sleep 12; echo done; exit 5\"",
            "--nodelist=gpu1",
            "--no-requeue");
    lab.awaitBegin("gpu1", job);
    lab.on("gpu1", "pkill", "-9", "-x", "slurmd").text();
    lab.control("node", "start", "gpu1").text();
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("FAILED", "5:0"));
    assertThat(lab.output("alice", job)).contains("done\n").contains("sobre: exit    5");
    lab.awaitNode("gpu1", "State=IDLE");
  }
}
