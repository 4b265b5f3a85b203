package org.sobre.cli.job;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.command.AccountedJob;

/** What is said of a job that Slurm knows and no node's ledger has. */
public final class UncoveredJob {

  private static final Messages MESSAGES = Messages.of(UncoveredJob.class);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private UncoveredJob() {}

  /**
   * @param job that has run and ended
   */
  public static String text(AccountedJob job, ZoneId zone) {
    return MESSAGES.text(
        "uncovered",
        job.name(),
        JobCells.word(job.user().orElseGet(() -> "uid " + job.uid())),
        JobCells.word(job.account().orElse(JobCells.UNKNOWN)),
        job.start().map(at -> time(at, zone)).orElse(JobCells.UNKNOWN),
        job.end().map(at -> time(at, zone)).orElse(JobCells.UNKNOWN),
        job.nodes(),
        JobCells.word(job.requestedTres()),
        job.state());
  }

  private static String time(Instant instant, ZoneId zone) {
    return SECOND.format(instant.atZone(zone));
  }
}
