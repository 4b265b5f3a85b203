package org.sobre.slurm.command;

import java.util.List;

/**
 * What sacct told of jobs.
 *
 * @param jobs those that could be read, in its order
 * @param leftOut records that could not, each with what was expected
 */
public record AccountedJobs(List<AccountedJob> jobs, List<String> leftOut) {

  public AccountedJobs {
    jobs = List.copyOf(jobs);
    leftOut = List.copyOf(leftOut);
  }
}
