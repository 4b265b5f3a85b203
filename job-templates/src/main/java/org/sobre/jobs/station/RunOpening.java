package org.sobre.jobs.station;

import org.sobre.hardware.units.Reading;
import org.sobre.slurm.job.Allocation.Devices;

/** What makes a command that runs outside a Slurm job one that energy is counted for. */
public interface RunOpening {

  /**
   * Returns within about three seconds, whatever the daemon does, and throws nothing: the command
   * runs in any case.
   *
   * @param devices the GPUs the command may use
   * @param program the command's first word
   * @return the run, or for a person why there is none
   */
  Reading<MeteredRun> begin(Devices devices, String program);
}
