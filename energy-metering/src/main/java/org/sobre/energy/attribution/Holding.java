package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import java.util.Set;
import org.sobre.slurm.job.JobKey;

/**
 * What a run has on this node, and when.
 *
 * @param fromNanos of the node's uptime clock
 * @param toNanos not before {@code fromNanos}; absent while the run goes on
 * @param gpus the devices it holds, whole
 * @param cpus logical processors reserved for it; 0 if nobody said
 * @param exclusive whether its GPUs are its own, as Slurm gives them; a run on a station only may
 *     use them, beside others
 */
public record Holding(
    JobKey job,
    long fromNanos,
    OptionalLong toNanos,
    Set<String> gpus,
    int cpus,
    boolean exclusive) {

  public Holding {
    requireNonNull(job, "job");
    requireNonNull(toNanos, "toNanos");
    gpus = Set.copyOf(gpus);
    if (toNanos.isPresent() && toNanos.getAsLong() < fromNanos) {
      throw new IllegalArgumentException(
          "job " + job + " must not end before it begins: " + fromNanos + ", " + toNanos);
    }
    if (cpus < 0) {
      throw new IllegalArgumentException("expected cpus from 0, found " + cpus);
    }
  }

  /** Of a job of Slurm: what it holds is its own. */
  public Holding(JobKey job, long fromNanos, OptionalLong toNanos, Set<String> gpus, int cpus) {
    this(job, fromNanos, toNanos, gpus, cpus, true);
  }

  /** Whether it holds all of a stretch of time; its begin and end cut stretches beforehand. */
  boolean covers(long from, long to) {
    return fromNanos <= from && toNanos.orElse(Long.MAX_VALUE) >= to;
  }
}
