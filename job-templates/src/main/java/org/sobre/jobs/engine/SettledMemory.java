package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

/**
 * Waits until nobody lets go of memory any more: what the job before held is free half a second to
 * a second and a half after its end only. Where the devices are empty, or what is free is enough,
 * nobody waits; what others hold on and on is waited for once.
 */
final class SettledMemory {

  /** Between two looks. */
  static final Duration PERIOD = Duration.ofMillis(300);

  /** For which as much is to be held before it counts as held. */
  static final Duration STEADY = Duration.ofMillis(1_500);

  /** Others on the same device may never be steady. */
  static final Duration MOST = Duration.ofSeconds(5);

  /** A look at the devices' free memory. */
  @FunctionalInterface
  interface Look {
    List<Device> devices() throws PlanningException;
  }

  /** Time, which tests make pass. */
  interface Time {
    long nanos();

    void pass(Duration time) throws InterruptedException;
  }

  static final Time REAL =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pass(Duration time) throws InterruptedException {
          Thread.sleep(time.toMillis());
        }
      };

  /** Less is no change: a display's own comes and goes. */
  private static final MemorySize CHANGE = MemorySize.ofMebibytes(64);

  private final Time time;

  SettledMemory(Time time) {
    this.time = time;
  }

  /**
   * @param enough whether more free memory would change nothing
   * @return the last look; one that fails after the first is none
   * @throws PlanningException as the first look does
   */
  List<Device> await(Look look, Predicate<List<Device>> enough) throws PlanningException {
    long begin = time.nanos();
    long since = begin;
    List<Device> last = look.devices();
    List<Device> steady = last;
    while (!last.stream().allMatch(Device::isEmpty)
        && time.nanos() - since < STEADY.toNanos()
        && time.nanos() - begin < MOST.toNanos()
        && !enough.test(last)) {
      try {
        time.pass(PERIOD);
        last = look.devices();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return last;
      } catch (PlanningException e) {
        return last;
      }
      if (hasChanged(steady, last)) {
        steady = last;
        since = time.nanos();
      }
    }
    return last;
  }

  private static boolean hasChanged(List<Device> before, List<Device> now) {
    if (before.size() != now.size()) {
      return true;
    }
    for (int i = 0; i < now.size(); i++) {
      long change = now.get(i).free().bytes() - before.get(i).free().bytes();
      if (Math.abs(change) > CHANGE.bytes()) {
        return true;
      }
    }
    return false;
  }
}
