package org.sobre.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.sobre.cli.watch.LiveTerminal;
import org.sobre.cli.watch.TerminalSize;
import org.sobre.cli.watch.WatchFormat;
import org.sobre.cli.watch.WatchLoop;
import org.sobre.cli.watch.WatchScreen;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.jobs.launch.JvmSignals;

/**
 * The terminal of {@code sobre watch}: it follows the window's size (SIGWINCH), is left with {@code
 * q}, gives the terminal back when it is stopped (Ctrl-Z) and when the process ends, by Ctrl-C too.
 */
final class LiveScreen implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** Between two looks at the keys: who leaves does not notice. */
  private static final Duration KEYS = Duration.ofMillis(100);

  private static final char LEAVE = 'q';

  private final LiveTerminal terminal;
  private final TerminalKeys keys = new TerminalKeys();
  private final WatchScreen screen;
  private final AtomicReference<TerminalSize> size = new AtomicReference<>(size());
  private final Thread atExit;
  private volatile boolean left;

  private LiveScreen(PrintWriter out, ZoneId zone) {
    this.terminal = new LiveTerminal(out);
    this.screen = new WatchScreen(zone, size::get);
    this.atExit = new Thread(this::giveBack, "terminal");
  }

  static LiveScreen open(PrintWriter out, ZoneId zone) {
    LiveScreen live = new LiveScreen(out, zone);
    Runtime.getRuntime().addShutdownHook(live.atExit);
    // a JVM that does not give these signals away has a view that does not follow, and no worse
    JvmSignals.handle("WINCH", live::resized);
    JvmSignals.handle("TSTP", () -> live.terminal.without(live::stop));
    live.keys.take();
    return live;
  }

  WatchFormat format() {
    return screen;
  }

  PrintWriter writer() {
    return terminal.writer();
  }

  /** The machine's time, in which a pause ends early when the view is left. */
  WatchLoop.Pace pace() {
    return new WatchLoop.Pace() {
      @Override
      public long nanos() {
        return WatchLoop.Pace.MACHINE.nanos();
      }

      @Override
      public void sleep(Duration time) throws InterruptedException {
        long until = nanos() + time.toNanos();
        for (Duration rest = time; !isLeft() && !rest.isNegative() && !rest.isZero(); ) {
          WatchLoop.Pace.MACHINE.sleep(rest.compareTo(KEYS) < 0 ? rest : KEYS);
          rest = Duration.ofNanos(until - nanos());
        }
      }
    };
  }

  /** Whether {@code q} was pressed. */
  boolean isLeft() {
    left |= keys.isPressed(LEAVE);
    return left;
  }

  private void resized() {
    size.set(size());
    terminal.show(screen.again());
  }

  /** Java has no call that tells; stty(1) has it from the terminal that is its input. */
  static TerminalSize size() {
    String told =
        new CommonsExecToolRunner()
            .run(List.of("sh", "-c", "exec stty size </dev/tty"), DEADLINE)
            .stdout();
    return TerminalSize.parse(told).orElse(TerminalSize.USUAL);
  }

  /** As Ctrl-Z does where nobody listens; returns when the process goes on. */
  private void stop() {
    keys.giveBack();
    try {
      new ProcessBuilder("sh", "-c", "kill -STOP \"$PPID\"").start().waitFor();
    } catch (IOException e) {
      // without a shell it is not stopped
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    keys.take();
  }

  private void giveBack() {
    terminal.close();
    keys.close();
  }

  @Override
  public void close() {
    giveBack();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }
}
