package org.sobre.slurm.job;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What the prolog told of a job when it began on this node.
 *
 * @param account Slurm account, which is the lab; absent where the cluster keeps no accounts
 * @param gpuPositions positions in the node's gres list, from {@code SLURM_JOB_GPUS}: not device
 *     minors
 * @param cpus logical processors allocated on this node, 0 if Slurm did not say
 */
public record JobFacts(
    JobKey key,
    String user,
    int uid,
    Optional<String> account,
    Optional<String> partition,
    List<Integer> gpuPositions,
    int cpus) {

  public JobFacts {
    requireNonNull(key, "key");
    requireNonNull(user, "user");
    requireNonNull(account, "account");
    requireNonNull(partition, "partition");
    gpuPositions = List.copyOf(gpuPositions);
    if (uid < 0 || cpus < 0) {
      throw new IllegalArgumentException(
          "expected a uid and cpus from 0, found " + uid + " and " + cpus);
    }
  }
}
