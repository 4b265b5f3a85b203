package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import java.util.Set;
import org.sobre.slurm.job.JobKey;

/**
 * What a job has been given on this node, and when.
 *
 * @param fromNanos of the node's uptime clock
 * @param toNanos not before {@code fromNanos}; absent while the job runs
 * @param gpus UUIDs of the devices it holds, whole
 * @param cpus logical processors reserved for it; 0 if Slurm did not say
 */
public record Holding(
    JobKey job, long fromNanos, OptionalLong toNanos, Set<String> gpus, int cpus) {

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

  /** Whether it holds all of a stretch of time; its begin and end cut stretches beforehand. */
  boolean covers(long from, long to) {
    return fromNanos <= from && toNanos.orElse(Long.MAX_VALUE) >= to;
  }
}
