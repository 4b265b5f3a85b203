package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.slurm.job.JobKey;

/**
 * Processes of one owner on one GPU over a stretch of time.
 *
 * @param uid of the processes
 * @param run that started them, by their ancestors; absent where none did
 * @param fromNanos of the node's uptime clock
 * @param toNanos not before {@code fromNanos}; absent while they are there
 */
public record Presence(
    String device, int uid, Optional<JobKey> run, long fromNanos, OptionalLong toNanos) {

  public Presence {
    requireNonNull(device, "device");
    requireNonNull(run, "run");
    requireNonNull(toNanos, "toNanos");
    if (uid < 0) {
      throw new IllegalArgumentException("expected a uid from 0, found " + uid);
    }
    if (toNanos.isPresent() && toNanos.getAsLong() < fromNanos) {
      throw new IllegalArgumentException(
          "processes of " + uid + " must not go before they come: " + fromNanos + ", " + toNanos);
    }
  }

  /** Whether they are there all of a stretch of time. */
  boolean covers(long from, long to) {
    return fromNanos <= from && toNanos.orElse(Long.MAX_VALUE) >= to;
  }
}
