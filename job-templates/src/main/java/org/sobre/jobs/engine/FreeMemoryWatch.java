package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

/**
 * The most that is taken of a job's devices while a command runs, by their drivers' count: of a
 * program that does not say what it takes. Others on the same card count as the command's.
 */
final class FreeMemoryWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FreeMemoryWatch.class);
  private static final Duration PERIOD = Duration.ofMillis(500);

  /** Then there is none. */
  private static final int MOST_SILENT = 10;

  private final List<Device> before = new ArrayList<>();
  private final SettledMemory.Look look;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread = new Thread(this::follow, "free-memory");
  private long most;

  /**
   * Begins when nothing is taken yet.
   *
   * @param look at the whole devices, whatever a job was promised of them
   */
  FreeMemoryWatch(SettledMemory.Look look) {
    this.look = look;
    try {
      before.addAll(look.devices());
    } catch (PlanningException e) {
      LOG.debug("the first look failed: nothing will be told", e);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** Absent where nobody could tell, or nothing was taken at any look. */
  synchronized Optional<MemorySize> most() {
    return most > 0 ? Optional.of(new MemorySize(most)) : Optional.empty();
  }

  private void follow() {
    try {
      int silent = 0;
      while (silent < MOST_SILENT && !ended.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        silent = look() ? 0 : silent + 1;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the tool told. What the program says itself goes before it in any case. */
  private boolean look() {
    try {
      take(look.devices());
      return true;
    } catch (PlanningException e) {
      return false;
    }
  }

  private synchronized void take(List<Device> now) {
    for (Device device : now) {
      for (Device old : before) {
        if (old.id().equals(device.id())) {
          most = Math.max(most, old.free().bytes() - device.free().bytes());
        }
      }
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
