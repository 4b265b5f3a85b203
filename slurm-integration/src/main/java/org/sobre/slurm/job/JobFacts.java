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
 * @param sluid Slurm's id of this start of the job, which does not come back as ids do; absent
 *     before Slurm 25.11, whose hooks are told it
 */
public record JobFacts(
    JobKey key,
    String user,
    int uid,
    Optional<String> account,
    Optional<String> partition,
    List<Integer> gpuPositions,
    int cpus,
    Optional<String> sluid) {

  /** Of a Slurm that has no {@code sluid}, or a run that is none of Slurm's. */
  public JobFacts(
      JobKey key,
      String user,
      int uid,
      Optional<String> account,
      Optional<String> partition,
      List<Integer> gpuPositions,
      int cpus) {
    this(key, user, uid, account, partition, gpuPositions, cpus, Optional.empty());
  }

  public JobFacts {
    requireNonNull(key, "key");
    requireNonNull(user, "user");
    requireNonNull(account, "account");
    requireNonNull(partition, "partition");
    requireNonNull(sluid, "sluid");
    gpuPositions = List.copyOf(gpuPositions);
    if (uid < 0 || cpus < 0) {
      throw new IllegalArgumentException(
          "expected a uid and cpus from 0, found " + uid + " and " + cpus);
    }
  }

  /** The same, with so many processors. */
  public JobFacts withCpus(int other) {
    return new JobFacts(key, user, uid, account, partition, gpuPositions, other, sluid);
  }

  /** The same, of another start of the job. */
  public JobFacts withKey(JobKey other) {
    return new JobFacts(other, user, uid, account, partition, gpuPositions, cpus, sluid);
  }

  /** The same, without positions, which mean nothing after the boot. */
  public JobFacts withoutPositions() {
    return new JobFacts(key, user, uid, account, partition, List.of(), cpus, sluid);
  }
}
