package org.sobre.daemon;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Tells systemd that the daemon's loop turns, as its unit asks with {@code WatchdogSec=}: a daemon
 * that no longer says so is started anew. What another thread waits for, a share that hangs say, is
 * no reason. Said by {@code systemd-notify}, for Java has no datagram sockets of the kind that
 * systemd listens on; three times in the time that systemd waits. sd_notify(3).
 */
final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final List<String> ALIVE = List.of("systemd-notify", "WATCHDOG=1");
  private static final int TIMES = 3;

  private final ToolRunner tools;
  private final LongSupplier turns;
  private final Duration every;
  private final StateChange state = new StateChange(LOG, "watchdog");
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::work, "watchdog");
  private long seen;

  private Watchdog(ToolRunner tools, LongSupplier turns, Duration every) {
    this.tools = tools;
    this.turns = turns;
    this.every = every;
    thread.setDaemon(true);
  }

  /**
   * Not started yet; absent where nobody asks for it: {@code NOTIFY_SOCKET} and {@code
   * WATCHDOG_USEC} are not both there, or are meant for another process.
   *
   * @param pid of this process
   * @param turns how often the loop has turned
   */
  static Optional<Watchdog> asked(
      Map<String, String> environment, long pid, ToolRunner tools, LongSupplier turns) {
    boolean another =
        !environment.getOrDefault("WATCHDOG_PID", Long.toString(pid)).equals(Long.toString(pid));
    if (another || !environment.containsKey("NOTIFY_SOCKET")) {
      return Optional.empty();
    }
    return microseconds(environment.getOrDefault("WATCHDOG_USEC", ""))
        .map(patience -> new Watchdog(tools, turns, patience.dividedBy(TIMES)));
  }

  private static Optional<Duration> microseconds(String digits) {
    try {
      long micros = Long.parseLong(digits);
      return micros > 0
          ? Optional.of(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros)))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  void start() {
    thread.start();
  }

  private void work() {
    try {
      while (!stop.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at the loop, and word of it if it has turned since the last. */
  void look() {
    long now = turns.getAsLong();
    if (now == seen) {
      LOG.warn("the loop has not turned for {} ms", every.toMillis());
      return;
    }
    seen = now;
    ToolResult said = tools.run(ALIVE, every);
    if (said.succeeded()) {
      state.fine();
    } else {
      state.trouble(
          "systemd does not hear that all is well, and will start this anew: "
              + String.join(" ", ALIVE)
              + ": "
              + said.ending()
              + " "
              + said.stderr().strip());
    }
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
