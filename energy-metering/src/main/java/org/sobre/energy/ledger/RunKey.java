package org.sobre.energy.ledger;

import java.time.Instant;
import org.sobre.slurm.job.JobKey;

/**
 * Names one run of a job on a node for ever: ids wrap, begins do not come back.
 *
 * @param job id and restart
 */
public record RunKey(String cluster, String node, JobKey job, Instant begin) {

  public static RunKey of(JobLine line) {
    return new RunKey(
        line.header().cluster(), line.header().node(), line.facts().key(), line.begin());
  }

  public static RunKey of(LineHeader header, BalanceLine.JobShare share) {
    return new RunKey(header.cluster(), header.node(), share.job(), share.begin());
  }
}
