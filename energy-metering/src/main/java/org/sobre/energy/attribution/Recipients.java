package org.sobre.energy.attribution;

import org.sobre.slurm.job.JobKey;

/**
 * Those who are given the parts of an interval, one stretch of time after another: to one recipient
 * more than once. The parts sum to the interval.
 */
public interface Recipients {

  /**
   * @param microjoules may be zero: of a GPU that a run may use, and that others used
   * @param heldNanos of the stretch: for how long the run held its part of the meter
   * @param ownNanos that time, weighed by which part of the meter was the run's; equal to {@code
   *     heldNanos} if and only if it had all of it
   */
  void toRun(JobKey job, long microjoules, long heldNanos, long ownNanos);

  /**
   * How a run's last part of a CPU package, or its memory, came about; not told where all of it
   * went by reserved processors because nobody knew what the meter draws while nothing is done.
   *
   * @param staticMicrojoules the run's part of what is drawn whatever is done
   * @param cpuTimeMicrojoules what it was given by its CPU time; with {@code staticMicrojoules} at
   *     most the part, and if less, the rest went by reserved processors
   */
  default void cpuBasis(JobKey job, long staticMicrojoules, long cpuTimeMicrojoules) {}

  /** For processes of a user that belong to no run. */
  void toUser(int uid, long microjoules);

  /** What nobody held and nobody used. */
  void toPlatform(long microjoules);
}
