package org.sobre.slurm.registration;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.sobre.hardware.probe.Deadline;

/**
 * How long Slurm may be asked around the start of slurmd: 3 s a call, 6 s in all before it and 10 s
 * after it, so that a controller that is away delays a boot and never stops it. Not thread-safe.
 */
public final class CallBudget {

  static final Duration PER_CALL = Duration.ofSeconds(3);
  static final Duration BEFORE_SLURMD = Duration.ofSeconds(6);
  static final Duration AFTER_SLURMD = Duration.ofSeconds(10);

  private static final Duration LAST_WORD = Duration.ofSeconds(1);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);

  private final LongSupplier nanoTime;
  private final Consumer<Duration> pause;
  private final Duration inAll;
  private final long endNanos;

  /**
   * Starts now; slurmd waits.
   *
   * @param deadline of the boot's part before slurmd: what is left of it, if that is less
   */
  public static CallBudget beforeSlurmd(Deadline deadline) {
    return new CallBudget(
        deadline.atMost(BEFORE_SLURMD),
        System::nanoTime,
        wait -> LockSupport.parkNanos(wait.toNanos()));
  }

  /** Starts now; slurmd runs. */
  public static CallBudget afterSlurmd() {
    return new CallBudget(
        AFTER_SLURMD, System::nanoTime, wait -> LockSupport.parkNanos(wait.toNanos()));
  }

  /**
   * @param nanoTime as System.nanoTime
   * @param pause waits so long
   */
  CallBudget(Duration inAll, LongSupplier nanoTime, Consumer<Duration> pause) {
    this.nanoTime = nanoTime;
    this.pause = pause;
    this.inAll = inAll;
    this.endNanos = nanoTime.getAsLong() + inAll.toNanos();
  }

  Duration inAll() {
    return inAll;
  }

  /** The deadline of the next call, at least a millisecond. */
  Duration next() {
    Duration left = Duration.ofNanos(Math.max(endNanos - nanoTime.getAsLong(), 1_000_000));
    return left.compareTo(PER_CALL) < 0 ? left : PER_CALL;
  }

  boolean isSpent() {
    return endNanos - nanoTime.getAsLong() <= 0;
  }

  /** Whether something may be tried again: after it a last word must still be possible. */
  boolean hasRoom() {
    return endNanos - nanoTime.getAsLong() > LAST_WORD.toNanos();
  }

  /** Waits a little before something is tried again. */
  void pause() {
    pause.accept(BETWEEN_TRIES);
  }
}
