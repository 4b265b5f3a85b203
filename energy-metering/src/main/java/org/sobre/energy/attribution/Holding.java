package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.sobre.slurm.job.JobKey;

/**
 * What a run has on this node, and when.
 *
 * @param fromNanos of the node's uptime clock
 * @param toNanos not before {@code fromNanos}; absent while the run goes on
 * @param gpus the boards of which it holds something, and how much: billionths, 1 to 1000000000
 * @param cpus logical processors reserved for it; 0 if nobody said
 * @param exclusive whether its GPUs are its own, as Slurm gives them; a run on a station only may
 *     use them, beside others
 */
public record Holding(
    JobKey job,
    long fromNanos,
    OptionalLong toNanos,
    Map<String, Long> gpus,
    int cpus,
    boolean exclusive) {

  /** Of a board. */
  public static final long WHOLE_BILLIONTHS = 1_000_000_000L;

  public Holding {
    requireNonNull(job, "job");
    requireNonNull(toNanos, "toNanos");
    gpus = Map.copyOf(gpus);
    if (gpus.values().stream().anyMatch(part -> part < 1 || part > WHOLE_BILLIONTHS)) {
      throw new IllegalArgumentException("expected 1 to 1000000000 billionths, found " + gpus);
    }
    if (toNanos.isPresent() && toNanos.getAsLong() < fromNanos) {
      throw new IllegalArgumentException(
          "job " + job + " must not end before it begins: " + fromNanos + ", " + toNanos);
    }
    if (cpus < 0) {
      throw new IllegalArgumentException("expected cpus from 0, found " + cpus);
    }
  }

  /** Of a run that holds boards whole. */
  public Holding(
      JobKey job,
      long fromNanos,
      OptionalLong toNanos,
      Set<String> boards,
      int cpus,
      boolean exclusive) {
    this(
        job,
        fromNanos,
        toNanos,
        boards.stream().collect(Collectors.toMap(board -> board, board -> WHOLE_BILLIONTHS)),
        cpus,
        exclusive);
  }

  /** Of a job of Slurm that holds boards whole: what it holds is its own. */
  public Holding(JobKey job, long fromNanos, OptionalLong toNanos, Set<String> boards, int cpus) {
    this(job, fromNanos, toNanos, boards, cpus, true);
  }

  /** Whether it holds all of a stretch of time; its begin and end cut stretches beforehand. */
  boolean covers(long from, long to) {
    return fromNanos <= from && toNanos.orElse(Long.MAX_VALUE) >= to;
  }
}
