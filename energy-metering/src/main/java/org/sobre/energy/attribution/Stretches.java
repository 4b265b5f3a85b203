package org.sobre.energy.attribution;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The stretches of time in which nothing changes, and what goes for each of them. The one asked for
 * last is kept: time goes on, and the next question is nearly always about the same.
 */
final class Stretches<T> {

  interface Rule<T> {

    /**
     * @param fromNanos of the stretch: a change, or {@link Long#MIN_VALUE} before the first
     * @param toNanos the next change, or {@link Long#MAX_VALUE} after the last
     */
    T of(long fromNanos, long toNanos);
  }

  private final long[] changes;
  private final Rule<T> rule;
  private long keptFrom;
  private long keptTo;
  private @Nullable T kept;

  /**
   * @param changes instants, in any order
   */
  Stretches(LongStream changes, Rule<T> rule) {
    this.changes = changes.sorted().distinct().toArray();
    this.rule = rule;
  }

  /** The end of the stretch that has an instant, which its own begin does and its end does not. */
  long end(long nanos) {
    int next = after(nanos);
    return next == changes.length ? Long.MAX_VALUE : changes[next];
  }

  /** What goes for the stretch that has an instant. */
  T at(long nanos) {
    T known = kept;
    if (known == null || nanos < keptFrom || nanos >= keptTo) {
      int next = after(nanos);
      keptFrom = next == 0 ? Long.MIN_VALUE : changes[next - 1];
      keptTo = end(nanos);
      known = rule.of(keptFrom, keptTo);
      kept = known;
    }
    return known;
  }

  /** Where in the changes the first after an instant is. */
  private int after(long nanos) {
    int at = Arrays.binarySearch(changes, nanos);
    return at < 0 ? -at - 1 : at + 1;
  }
}
