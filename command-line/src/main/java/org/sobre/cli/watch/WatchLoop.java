package org.sobre.cli.watch;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.sobre.cli.watch.NodeWatch.Sight;

/** Looks at regular times and writes what is seen, each time at once. */
public final class WatchLoop {

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** The time that passes, whatever the wall clock is set to meanwhile. */
  public interface Pace {
    Pace MACHINE =
        new Pace() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(Duration time) throws InterruptedException {
            Thread.sleep(time.toMillis());
          }
        };

    /** As {@link System#nanoTime()}: only differences mean anything. */
    long nanos();

    void sleep(Duration time) throws InterruptedException;
  }

  private final NodeWatch watch;
  private final Supplier<Traffic> traffic;
  private final WatchFormat format;
  private final Clock clock;
  private final Pace pace;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Set<String> said = new HashSet<>();

  /**
   * @param clock labels the lines, and does nothing else: it may be set at any time
   */
  public WatchLoop(
      NodeWatch watch,
      Supplier<Traffic> traffic,
      WatchFormat format,
      Clock clock,
      Pace pace,
      PrintWriter out,
      PrintWriter err) {
    this.watch = watch;
    this.traffic = traffic;
    this.format = format;
    this.clock = clock;
    this.pace = pace;
    this.out = out;
    this.err = err;
  }

  /**
   * @param count of looks; for ever if absent
   * @param over whether it is to end, as when the output's reader has gone
   * @return how many devices the last look saw; it ends at the first if that sees none
   */
  public int run(Duration interval, OptionalLong count, BooleanSupplier over)
      throws InterruptedException {
    long next = pace.nanos();
    int devices = 0;
    boolean headed = false;
    for (long done = 0; count.isEmpty() || done < count.getAsLong(); done++) {
      if (done > 0) {
        next += interval.toNanos();
        if (!await(next, over)) {
          break;
        }
      }
      Sight sight = watch.look();
      devices = sight.view().devices().size();
      sight.notes().stream().filter(said::add).forEach(note -> err.println("sobre: " + note));
      err.flush();
      if (!headed && devices == 0) {
        break;
      }
      if (!headed) {
        out.print(format.head());
        headed = true;
      }
      Look look = new Look(clock.instant(), sight.view(), traffic.get(), sight.notes());
      out.print(format.look(look));
      out.flush();
      if (over.getAsBoolean()) {
        break;
      }
      // a look that took longer than its time is not made up for
      long now = pace.nanos();
      next = now - next > interval.toNanos() ? now : next;
    }
    return devices;
  }

  /** Whether that time came, and it was not over before. */
  private boolean await(long nanos, BooleanSupplier over) throws InterruptedException {
    Duration left = Duration.ofNanos(nanos - pace.nanos());
    while (!left.isNegative() && !left.isZero()) {
      pace.sleep(left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE);
      if (over.getAsBoolean()) {
        return false;
      }
      left = Duration.ofNanos(nanos - pace.nanos());
      if (!left.isNegative() && !left.isZero()) {
        watch.keepUp();
      }
    }
    return true;
  }
}
