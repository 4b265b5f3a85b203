package org.sobre.energy.accrual;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far behind now energy is attributed: a steady time, and while it is in doubt whether a run
 * goes on, back to the doubt, for {@link UntoldRuns#LONGEST_DOUBT} at most.
 */
final class AttributionLag {

  private final Duration steady;
  private OptionalLong doubtSince = OptionalLong.empty();

  AttributionLag(Duration steady) {
    this.steady = steady;
  }

  /**
   * @param nanos of the node's uptime clock; empty when all is known
   */
  void doubtSince(OptionalLong nanos) {
    doubtSince = nanos;
  }

  /** Until when it may be attributed now. */
  long dueUntil(long nowNanos) {
    return withoutDoubt(nowNanos - steady.toNanos());
  }

  /** Until then, or until the doubt. */
  long withoutDoubt(long due) {
    return doubtSince.isEmpty()
        ? due
        : Math.max(due - UntoldRuns.LONGEST_DOUBT.toNanos(), Math.min(due, doubtSince.getAsLong()));
  }
}
