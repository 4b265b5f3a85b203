package org.sobre.slurm.health;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * For how long a card has been slowed by its temperature, net: time in heat adds, time without
 * takes away. So a card that is hot half of the time never fills it, one that is hot all the time
 * fills it in just the time configured, and one that has cooled down is forgiven after as long.
 */
final class HeatBudget {

  private final long limitNanos;
  private final long longestStepNanos;
  private long hotNanos;
  private boolean over;
  private OptionalLong lastNanos = OptionalLong.empty();

  /**
   * @param limit from which on it is too long
   * @param longestStep what was between two looks counts up to this
   */
  HeatBudget(Duration limit, Duration longestStep) {
    this.limitNanos = limit.toNanos();
    this.longestStepNanos = longestStep.toNanos();
  }

  /**
   * @param nanos since boot, not before the last look
   */
  void look(boolean hot, long nanos) {
    long step =
        lastNanos.isPresent() ? Math.min(nanos - lastNanos.getAsLong(), longestStepNanos) : 0;
    lastNanos = OptionalLong.of(nanos);
    hotNanos = Math.max(0, Math.min(limitNanos, hot ? hotNanos + step : hotNanos - step));
    if (hotNanos >= limitNanos) {
      over = true;
    } else if (hotNanos == 0) {
      over = false;
    }
  }

  /** The limit in minutes where it was reached and the card has not cooled down since. */
  OptionalLong overMinutes() {
    return over ? OptionalLong.of(Duration.ofNanos(limitNanos).toMinutes()) : OptionalLong.empty();
  }
}
