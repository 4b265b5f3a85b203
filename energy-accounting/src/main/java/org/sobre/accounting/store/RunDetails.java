package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.slurm.job.JobKey;

/**
 * All that is known of one run of a job on one node.
 *
 * @param cluster absent where the node was asked, which knows one only
 * @param user absent while its job line is not there; a number where only that was known
 * @param end absent while it runs, or its job line is not there
 * @param elapsedMillis until its end; without one until it was known last
 * @param gpus held; none are known before the job line is there
 * @param parts by meter
 */
public record RunDetails(
    Optional<String> cluster,
    String node,
    JobKey job,
    Optional<String> user,
    long uid,
    Optional<String> account,
    Optional<String> partition,
    Instant begin,
    Optional<Instant> end,
    long elapsedMillis,
    List<HeldGpu> gpus,
    List<PartEnergy> parts,
    Optional<GpuUse> use,
    Optional<PowerProfile> power) {

  /** Runs on several nodes begin together; this is for clocks that do not agree. */
  static final Duration SLACK = Duration.ofMinutes(5);

  /** Of a requeued job, or of its ledger. A user whose id came round within it is unheard of. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  public RunDetails {
    requireNonNull(cluster, "cluster");
    requireNonNull(node, "node");
    requireNonNull(job, "job");
    requireNonNull(begin, "begin");
    requireNonNull(end, "end");
    gpus = List.copyOf(gpus);
    parts = List.copyOf(parts);
    requireNonNull(use, "use");
    requireNonNull(power, "power");
  }

  /** Whether it is the same run, as two places tell of it. */
  public boolean isSameRun(RunDetails other) {
    return node.equals(other.node)
        && job.equals(other.job)
        && begin.toEpochMilli() == other.begin.toEpochMilli();
  }

  /**
   * Whether a later run of the same id may be of the same job: on another node that came late, or
   * after a requeue whose prolog was missed, which then has the same restart count. Of another job
   * it is where this run had ended well before.
   */
  public boolean goesOnIn(RunDetails later) {
    return !lastKnown().plus(longestWait(uid == later.uid)).isBefore(later.begin);
  }

  /** How long after a run of an id another may begin that is the same job's. */
  public static Duration longestWait(boolean isOfSameUser) {
    return isOfSameUser ? LONGEST_WAIT : SLACK;
  }

  private Instant lastKnown() {
    return end.orElseGet(() -> begin.plusMillis(elapsedMillis));
  }
}
