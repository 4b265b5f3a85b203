package org.sobre.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and SIGINT: the JVM dies of them, with the status that says so, once the daemon has put
 * everything down.
 */
final class StopSignal implements AutoCloseable {

  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(30);

  private final Runnable asked;
  private final CountDownLatch finished = new CountDownLatch(1);

  private StopSignal(Runnable asked) {
    this.asked = asked;
  }

  /**
   * @param asked told, in another thread, when the daemon is asked to stop
   */
  static StopSignal install(Runnable asked) {
    StopSignal signal = new StopSignal(asked);
    Runtime.getRuntime().addShutdownHook(new Thread(signal::stopAndWait, "stop"));
    return signal;
  }

  /** Everything is put down. */
  @Override
  public void close() {
    finished.countDown();
  }

  private void stopAndWait() {
    asked.run();
    try {
      boolean inTime = finished.await(LONGEST_FAREWELL.toSeconds(), TimeUnit.SECONDS);
      if (!inTime) {
        System.err.println("sobre-monitord: did not finish in time, the checkpoint has the rest");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
