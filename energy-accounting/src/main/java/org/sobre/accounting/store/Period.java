package org.sobre.accounting.store;

import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of time, half open; an end that is absent does not bound it.
 *
 * @param since the first instant in it
 * @param until the first instant after it
 */
public record Period(Optional<Instant> since, Optional<Instant> until) {

  public static final Period ALL = new Period(Optional.empty(), Optional.empty());

  public Period {
    if (since.isPresent() && until.isPresent() && !since.get().isBefore(until.get())) {
      throw new IllegalArgumentException(
          "expected a period that ends after it begins, found "
              + since.get()
              + " to "
              + until.get());
    }
  }

  /** Milliseconds since 1970 UTC. */
  public long sinceMillis() {
    return since.map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
  }

  /** Milliseconds since 1970 UTC. */
  public long untilMillis() {
    return until.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
  }

  public boolean contains(long millis) {
    return millis >= sinceMillis() && millis < untilMillis();
  }

  /** How much of a stretch lies in this period, in milliseconds. */
  public long overlapMillis(long fromMillis, long toMillis) {
    return Math.max(0, Math.min(toMillis, untilMillis()) - Math.max(fromMillis, sinceMillis()));
  }

  /** Spelled out: a record's own is made when it is first asked for, which a report waits for. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Period period
        && since.equals(period.since)
        && until.equals(period.until);
  }

  @Override
  public int hashCode() {
    return since.hashCode() * 31 + until.hashCode();
  }
}
