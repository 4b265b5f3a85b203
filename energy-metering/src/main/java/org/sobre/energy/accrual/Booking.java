package org.sobre.energy.accrual;

import org.sobre.energy.attribution.Recipients;
import org.sobre.energy.ledger.Quality;
import org.sobre.slurm.job.JobKey;

/**
 * Puts an interval's parts down: what is nobody's run's at once, what is a run's when all of the
 * interval is given, for only then is it known whether it had the meter for itself.
 *
 * @param quality of the interval
 */
record Booking(Runs runs, MeterTally tally, Quality quality) implements Recipients {

  @Override
  public void toRun(JobKey job, long microjoules, long heldNanos, long ownNanos) {
    runs.run(job).portion().add(microjoules, heldNanos, ownNanos);
  }

  @Override
  public void cpuBasis(JobKey job, long staticMicrojoules, long cpuTimeMicrojoules) {
    runs.run(job).portion().addBasis(staticMicrojoules, cpuTimeMicrojoules);
  }

  @Override
  public void toUser(int uid, long microjoules) {
    tally.addOutsideSlurm(uid, quality, microjoules);
  }

  @Override
  public void toPlatform(long microjoules) {
    tally.addPlatform(quality, microjoules);
  }
}
