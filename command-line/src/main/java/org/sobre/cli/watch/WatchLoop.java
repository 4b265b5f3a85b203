package org.sobre.cli.watch;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.sobre.cli.watch.NodeWatch.Sight;

/** Looks at regular times and writes what is seen, each time at once. */
public final class WatchLoop {

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** Lets time pass. */
  public interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  private final NodeWatch watch;
  private final WatchFormat format;
  private final Clock clock;
  private final Pause pause;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Set<String> said = new HashSet<>();

  /**
   * @param clock labels the lines and sets the pace
   */
  public WatchLoop(
      NodeWatch watch,
      WatchFormat format,
      Clock clock,
      Pause pause,
      PrintWriter out,
      PrintWriter err) {
    this.watch = watch;
    this.format = format;
    this.clock = clock;
    this.pause = pause;
    this.out = out;
    this.err = err;
  }

  /**
   * @param count of looks; for ever if absent
   * @param unheard whether the output's reader has gone: then it ends
   * @return how many devices the last look saw
   */
  public int run(Duration interval, OptionalLong count, BooleanSupplier unheard)
      throws InterruptedException {
    Instant next = clock.instant();
    int devices = 0;
    boolean headed = false;
    for (long done = 0; count.isEmpty() || done < count.getAsLong(); done++) {
      if (done > 0) {
        next = next.plus(interval);
        await(next);
      }
      Sight sight = watch.look();
      devices = sight.view().devices().size();
      sight.notes().stream().filter(said::add).forEach(note -> err.println("sobre: " + note));
      err.flush();
      if (!headed && devices > 0) {
        out.print(format.head());
        headed = true;
      }
      out.print(format.look(clock.instant(), sight.view()));
      out.flush();
      if (unheard.getAsBoolean()) {
        break;
      }
      // a look that took longer than its time is not made up for
      next = next.isBefore(clock.instant().minus(interval)) ? clock.instant() : next;
    }
    return devices;
  }

  private void await(Instant instant) throws InterruptedException {
    Duration left = Duration.between(clock.instant(), instant);
    while (!left.isNegative() && !left.isZero()) {
      pause.sleep(left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE);
      left = Duration.between(clock.instant(), instant);
      if (!left.isNegative() && !left.isZero()) {
        watch.keepUp();
      }
    }
  }
}
