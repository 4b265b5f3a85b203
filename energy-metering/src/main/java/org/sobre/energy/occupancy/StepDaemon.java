package org.sobre.energy.occupancy;

import static java.util.Objects.requireNonNull;

import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.slurm.job.StepTitle;

/**
 * A slurmstepd that runs on this node: the parent of all processes of its step.
 *
 * @param startNanos when it was started, on the node's uptime clock, exact to 10 ms
 */
public record StepDaemon(StepTitle title, WrapperProcess process, long startNanos) {

  public StepDaemon {
    requireNonNull(title, "title");
    requireNonNull(process, "process");
  }
}
