package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.slurm.job.JobFacts;

/**
 * A run that has begun and whose line is not sealed yet.
 *
 * @param gpus what it holds, each a GPU or a partition of one
 * @param wrapper whose run it is on a machine without Slurm; absent for a job of Slurm
 * @param ended whether its end is known
 */
public record RunningJob(
    JobFacts facts, List<HeldGpu> gpus, Optional<WrapperProcess> wrapper, boolean ended) {

  public RunningJob {
    requireNonNull(facts, "facts");
    gpus = List.copyOf(gpus);
    requireNonNull(wrapper, "wrapper");
  }
}
