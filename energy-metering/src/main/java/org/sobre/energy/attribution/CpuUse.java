package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.slurm.job.JobKey;

/**
 * How long the node's processors worked between two instants, and for whom. Microseconds of CPU
 * time: two processors at work make two a microsecond.
 *
 * @param fromNanos of the node's uptime clock
 * @param toNanos larger than {@code fromNanos}
 * @param jobMicros of jobs, by their control groups; one that is not in it did nothing
 * @param userMicros of people's processes that belong to no job, by uid
 * @param busyMicros of all processes and of the kernel itself
 * @param jobsAreSeen whether Slurm puts this node's jobs into control groups at all, and it is
 *     known whose those are that worked: if not, nothing can be told of any
 */
public record CpuUse(
    long fromNanos,
    long toNanos,
    Map<JobKey, Long> jobMicros,
    SortedMap<Integer, Long> userMicros,
    long busyMicros,
    boolean jobsAreSeen) {

  public CpuUse {
    requireNonNull(jobMicros, "jobMicros");
    if (toNanos <= fromNanos) {
      throw new IllegalArgumentException(
          "CPU times must have a length: " + fromNanos + " to " + toNanos);
    }
    jobMicros = Map.copyOf(jobMicros);
    userMicros = Collections.unmodifiableSortedMap(new TreeMap<>(userMicros));
    if (busyMicros < 0 || isNegative(jobMicros) || isNegative(userMicros)) {
      throw new IllegalArgumentException(
          "expected CPU times from 0, found "
              + busyMicros
              + " in all, "
              + jobMicros
              + " of jobs, "
              + userMicros
              + " of users");
    }
  }

  private static boolean isNegative(Map<?, Long> micros) {
    for (long one : micros.values()) {
      if (one < 0) {
        return true;
      }
    }
    return false;
  }

  long nanos() {
    return toNanos - fromNanos;
  }

  boolean contains(long nanos) {
    return fromNanos <= nanos && nanos < toNanos;
  }

  long ofUsers() {
    long sum = 0;
    for (long micros : userMicros.values()) {
      sum += micros;
    }
    return sum;
  }
}
