package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.sobre.slurm.job.JobFacts;

/**
 * A run that has begun and whose line is not sealed yet.
 *
 * @param gpus the devices it holds
 * @param wrapper whose run it is on a machine without Slurm; absent for a job of Slurm
 * @param ended whether its end is known
 */
public record RunningJob(
    JobFacts facts, Set<String> gpus, Optional<WrapperProcess> wrapper, boolean ended) {

  public RunningJob {
    requireNonNull(facts, "facts");
    gpus = Set.copyOf(gpus);
    requireNonNull(wrapper, "wrapper");
  }
}
