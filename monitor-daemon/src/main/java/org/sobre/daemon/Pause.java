package org.sobre.daemon;

import java.time.Duration;

/**
 * The time between two ticks of the loop. It ends early when the daemon is to stop, and is cut
 * short to read the meters where a job begins or ends: within {@link #SPACING} of its mark, however
 * many come at once. The tick itself reads for what is marked shortly before it.
 */
final class Pause {

  /** Of two readings: a counter that is renewed each millisecond tells little of a shorter time. */
  static final Duration SPACING = Duration.ofMillis(20);

  private static final long NANOS_PER_MILLI = 1_000_000;

  private boolean stopped;
  private boolean marked;

  /** Any thread: the loop is to end. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Any thread: a job has begun or ended. */
  synchronized void mark() {
    marked = true;
    notifyAll();
  }

  /**
   * Waits, in the loop's thread.
   *
   * @param nextNanos the next tick, by {@link System#nanoTime}, which reads the meters itself
   * @param atMark reads them now; run in this thread
   * @return whether the loop is to stop
   */
  boolean until(long nextNanos, Runnable atMark) throws InterruptedException {
    long readAtNanos = System.nanoTime();
    while (!isStopped()) {
      long spaced = readAtNanos + SPACING.toNanos();
      boolean isMarked = await(nextNanos, /* orMark= */ true);
      boolean isSoon = System.nanoTime() + SPACING.toNanos() >= nextNanos;
      if (isMarked && !isSoon && spaced < nextNanos) {
        await(spaced, /* orMark= */ false);
        takeMark();
        atMark.run();
        readAtNanos = System.nanoTime();
      } else if (System.nanoTime() >= nextNanos) {
        return isStopped();
      } else {
        takeMark();
      }
    }
    return true;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized void takeMark() {
    marked = false;
  }

  /** Whether there is a mark; returns at the time, or sooner if there is one or the end. */
  private synchronized boolean await(long untilNanos, boolean orMark) throws InterruptedException {
    long left = untilNanos - System.nanoTime();
    while (left > 0 && !stopped && !(orMark && marked)) {
      wait(Math.max(1, left / NANOS_PER_MILLI), (int) (left % NANOS_PER_MILLI));
      left = untilNanos - System.nanoTime();
    }
    return marked && !stopped;
  }
}
