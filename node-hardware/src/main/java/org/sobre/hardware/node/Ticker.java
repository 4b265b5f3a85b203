package org.sobre.hardware.node;

import java.time.Duration;

/** Time that passes, for whoever waits: a test hands in one that does not take any. */
interface Ticker {

  /** Nanoseconds of a clock that never goes back. */
  long nanoTime();

  void sleep(Duration duration) throws InterruptedException;

  static Ticker ofThisMachine() {
    return new Ticker() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
      }
    };
  }
}
