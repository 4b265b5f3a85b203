package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.job.JobFacts;

/**
 * A run that has begun and whose line is not sealed yet.
 *
 * @param gpus what it holds, each a GPU or a partition of one
 * @param wrapper whose run it is on a machine without Slurm; absent for a job of Slurm
 * @param endNanos its end, of the node's uptime clock; absent until that is known
 * @param beginFrom how its begin is known
 * @param beginNanos of the node's uptime clock
 * @param seenNanos when something that lives as long as the job does was seen last; absent if
 *     nothing ever was
 */
public record RunningJob(
    JobFacts facts,
    List<HeldGpu> gpus,
    Optional<WrapperProcess> wrapper,
    OptionalLong endNanos,
    BeginFrom beginFrom,
    long beginNanos,
    OptionalLong seenNanos) {

  public RunningJob {
    requireNonNull(facts, "facts");
    gpus = List.copyOf(gpus);
    requireNonNull(wrapper, "wrapper");
    requireNonNull(endNanos, "endNanos");
    requireNonNull(beginFrom, "beginFrom");
    requireNonNull(seenNanos, "seenNanos");
  }

  /** Whether its end is known. */
  public boolean ended() {
    return endNanos.isPresent();
  }

  /** Whether no hook told of its begin. */
  public boolean isUntold() {
    return isUntold(beginFrom);
  }

  static boolean isUntold(BeginFrom from) {
    return from == BeginFrom.CGROUP || from == BeginFrom.DAEMON_START;
  }
}
