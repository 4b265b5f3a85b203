package org.sobre.energy.cputime;

import java.util.Optional;
import java.util.function.Function;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobName;

/** Where CPU times come from. */
public interface CpuTimes {

  /** Of a node that does not look. */
  CpuTimes NONE = jobs -> Optional.empty();

  /**
   * What the processors did since the last call.
   *
   * @param jobs the run that a control group's job is now, if one is here
   * @return empty if the last call was too long ago, or nothing can be read
   */
  Optional<CpuUse> poll(Function<JobName, Optional<JobKey>> jobs);
}
