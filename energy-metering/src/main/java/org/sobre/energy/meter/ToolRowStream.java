package org.sobre.energy.meter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * A tool run as one child process at a time, its lines stamped as they arrive. When it ends it is
 * started again, after a pause that doubles up to a minute while it gives nothing. A child whose
 * parent is killed outright dies of the closed pipe at its next line.
 */
public final class ToolRowStream implements RowStream {

  private static final int LONGEST_LINE = 4096;

  /** As a rule a tool that is killed is gone by then; other meters wait meanwhile. */
  private static final Duration CLOSED_WITHIN = Duration.ofMillis(100);

  /** Some minutes of rows of eight cards: more, and the poller has been away too long. */
  private static final int MOST_EVENTS = 4096;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** One that ended sooner has failed, whatever it printed: the words of an error are lines too. */
  private static final Duration STEADY = Duration.ofSeconds(10);

  private final FieldChoice fields;
  private final Function<List<String>, List<String>> command;
  private final UptimeClock clock;
  private final BlockingQueue<StreamEvent> events = new ArrayBlockingQueue<>(MOST_EVENTS);
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Process child;

  /** Which columns the tool can give; asked before its first start. */
  public interface FieldChoice {
    Reading<List<String>> choose();
  }

  /**
   * @param command from the fields chosen to the command line
   */
  public ToolRowStream(
      FieldChoice fields, Function<List<String>, List<String>> command, UptimeClock clock) {
    this.fields = fields;
    this.command = command;
    this.clock = clock;
    this.thread = new Thread(this::keepRunning, "row-stream");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public List<StreamEvent> drain() {
    List<StreamEvent> drained = new ArrayList<>();
    events.drainTo(drained);
    return drained;
  }

  @Override
  public void restart() {
    kill(child);
  }

  /** Waits a tenth of a second at most: {@link #holdsNothing()} tells when the tool is gone. */
  @Override
  public void close() {
    closed = true;
    kill(child);
    thread.interrupt();
    try {
      thread.join(CLOSED_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean holdsNothing() {
    Process last = child;
    return closed && !thread.isAlive() && (last == null || !last.isAlive());
  }

  private void keepRunning() {
    Duration pause = FIRST_PAUSE;
    while (!closed) {
      boolean steady = false;
      Reading<List<String>> chosen = fields.choose();
      if (chosen instanceof Reading.Measured<List<String>> some) {
        long begun = clock.nanosSinceBoot();
        runOnce(some.value());
        steady = clock.nanosSinceBoot() - begun >= STEADY.toNanos();
      } else if (chosen instanceof Reading.Unavailable<List<String>> none) {
        offer(new StreamEvent.Ended(clock.nanosSinceBoot(), none.reason(), none.detail()));
      }
      pause = steady ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
      if (!sleep(pause)) {
        return;
      }
    }
  }

  /** Returns when the child is gone, and not before. */
  private void runOnce(List<String> columns) {
    String detail;
    Process started;
    try {
      started = start(command.apply(columns));
    } catch (IOException e) {
      offer(new StreamEvent.Ended(clock.nanosSinceBoot(), Reason.NOT_PRESENT, reasonOf(e)));
      return;
    }
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      offer(new StreamEvent.Started(clock.nanosSinceBoot(), columns));
      Optional<String> line = readLine(reader);
      while (line.isPresent()) {
        offer(new StreamEvent.Line(clock.nanosSinceBoot(), line.get()));
        line = readLine(reader);
      }
      detail = "end of its output";
    } catch (IOException e) {
      detail = reasonOf(e);
    }
    kill(started);
    // Never two at a time, not even beside one that sits in the kernel.
    started.onExit().join();
    offer(
        new StreamEvent.Ended(
            clock.nanosSinceBoot(), Reason.FAILED, detail + ", status " + started.exitValue()));
  }

  private Process start(List<String> commandLine) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(commandLine).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("CUDA_VISIBLE_DEVICES");
    Process started = builder.start();
    child = started;
    started.getOutputStream().close();
    if (closed) {
      kill(started);
    }
    return started;
  }

  /** A line, cut at its greatest length; empty at the end. */
  private static Optional<String> readLine(BufferedReader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return Optional.empty();
    }
    while (c >= 0 && c != '\n') {
      if (line.length() < LONGEST_LINE) {
        line.append((char) c);
      }
      c = reader.read();
    }
    return Optional.of(line.toString());
  }

  /** A full queue drops its oldest: the poller, which was away, then sees a gap. */
  private void offer(StreamEvent event) {
    if (!events.offer(event)) {
      events.poll();
      events.offer(event);
    }
  }

  private static void kill(@Nullable Process process) {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String reasonOf(IOException e) {
    return String.valueOf(e.getMessage());
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private boolean sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
