package org.sobre.energy.attribution;

import org.sobre.energy.meter.Proportion;
import org.sobre.slurm.job.JobKey;

/** Who pays for a meter, and in which parts, over a stretch of time in which nothing changes. */
interface Division {

  /**
   * @param nanos how long the stretch is, or what of it a meter saw
   */
  void give(long microjoules, long nanos, Recipients to);

  /** One who pays, and his part of a whole that the division tells. */
  record Part(JobKey job, long parts) {

    void give(long microjoules, long nanos, long whole, Recipients to) {
      to.toRun(job, microjoules, nanos, Proportion.of(nanos, parts, whole));
    }
  }
}
