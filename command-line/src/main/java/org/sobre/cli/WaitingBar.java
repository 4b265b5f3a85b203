package org.sobre.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.hardware.message.Messages;

/**
 * A progress bar on standard error for a person who waits: only where a terminal is, and only when
 * it takes longer than two seconds.
 */
final class WaitingBar implements IngestProgress, AutoCloseable {

  private static final Messages MESSAGES = Messages.of(WaitingBar.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int WIDTH = 78;

  private final String task;
  private final boolean terminal;
  private final Clock clock;
  private final Instant begin;
  private @Nullable ProgressBar bar;

  /**
   * @param terminal whether somebody looks at standard error
   */
  WaitingBar(String task, boolean terminal, Clock clock) {
    this.task = task;
    this.terminal = terminal;
    this.clock = clock;
    this.begin = clock.instant();
  }

  /** While the ledger is read, for this process's standard error. */
  static WaitingBar onTerminal() {
    return onTerminal(MESSAGES.text("ingest.bar"));
  }

  static WaitingBar onTerminal(String task) {
    return new WaitingBar(task, StandardStream.ERROR.isTerminal(), Clock.systemUTC());
  }

  @Override
  public void file(int done, int total) {
    if (bar == null && terminal && clock.instant().isAfter(begin.plus(PATIENCE))) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(MESSAGES.text("ingest.bar.files"), 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
              .build();
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  boolean isShown() {
    return bar != null;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
