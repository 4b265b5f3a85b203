package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Does work on a database again where it is locked, full or away, after ever longer waits, until a
 * deadline. The work opens the database itself, and what it does twice must be as if done once.
 */
public final class StoreRetry {

  /** Work that opens the store, and closes it. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /** Hears of each try that failed. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param wait until the next one
     */
    void failed(StoreException why, Duration wait);
  }

  /** Waits. */
  @FunctionalInterface
  public interface Sleeper {
    void sleep(Duration time) throws InterruptedException;
  }

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Duration atMost;
  private final Clock clock;
  private final Sleeper sleeper;
  private final Listener listener;

  /**
   * @param atMost from the first try to the begin of the last
   */
  public StoreRetry(Duration atMost, Clock clock, Sleeper sleeper, Listener listener) {
    this.atMost = requireNonNull(atMost, "atMost");
    this.clock = requireNonNull(clock, "clock");
    this.sleeper = requireNonNull(sleeper, "sleeper");
    this.listener = requireNonNull(listener, "listener");
  }

  /**
   * @throws IOException what the last try ended with
   */
  public <T> T run(Work<T> work) throws IOException {
    Instant deadline = clock.instant().plus(atMost);
    Duration wait = FIRST_WAIT;
    while (true) {
      try {
        return work.run();
      } catch (StoreException e) {
        if (!e.mayPass() || clock.instant().plus(wait).isAfter(deadline)) {
          throw e;
        }
        listener.failed(e, wait);
        sleep(wait, e);
      }
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    }
  }

  private void sleep(Duration wait, StoreException why) throws StoreException {
    try {
      sleeper.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw why;
    }
  }
}
