package org.sobre.slurm.registration;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long Slurm may be asked around the start of slurmd: 3 s a call and 10 s in all, so that a
 * controller that is away delays a boot and never stops it. Not thread-safe.
 */
public final class CallBudget {

  static final Duration PER_CALL = Duration.ofSeconds(3);
  static final Duration IN_ALL = Duration.ofSeconds(10);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);

  private final LongSupplier nanoTime;
  private final Consumer<Duration> pause;
  private final long endNanos;

  /** Starts now. */
  public static CallBudget start() {
    return new CallBudget(System::nanoTime, wait -> LockSupport.parkNanos(wait.toNanos()));
  }

  /**
   * @param nanoTime as System.nanoTime
   * @param pause waits so long
   */
  CallBudget(LongSupplier nanoTime, Consumer<Duration> pause) {
    this.nanoTime = nanoTime;
    this.pause = pause;
    this.endNanos = nanoTime.getAsLong() + IN_ALL.toNanos();
  }

  /** The deadline of the next call, at least a millisecond. */
  Duration next() {
    Duration left = Duration.ofNanos(Math.max(endNanos - nanoTime.getAsLong(), 1_000_000));
    return left.compareTo(PER_CALL) < 0 ? left : PER_CALL;
  }

  boolean isSpent() {
    return endNanos - nanoTime.getAsLong() <= 0;
  }

  /** Waits a little before something is tried again. */
  void pause() {
    pause.accept(BETWEEN_TRIES);
  }
}
