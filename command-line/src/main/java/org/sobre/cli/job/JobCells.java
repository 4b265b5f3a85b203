package org.sobre.cli.job;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.job.JobKey;

/** The words for one figure or name each, in the language of who reads. */
final class JobCells {

  static final String UNKNOWN = "-";

  private static final Messages MESSAGES = Messages.of(JobCells.class);
  private static final int SHORT_ID = 12;

  private JobCells() {}

  static String gigabytes(OptionalLong mebibytes) {
    return mebibytes.isPresent()
        ? decimal(MemorySize.ofMebibytes(mebibytes.getAsLong()).gigabytes())
        : "?";
  }

  /** What nobody measured is not nothing. */
  static String energy(OptionalLong microjoules, EnergyUnit unit) {
    return microjoules.isPresent() ? unit.text(microjoules.getAsLong()) : UNKNOWN;
  }

  /** As people name a job; the number of a later start tells it from the first. */
  static String job(JobKey job) {
    return job.restart() == 0 ? String.valueOf(job.id()) : job.toString();
  }

  static String decimal(double number) {
    return decimal(number, 1);
  }

  static String decimal(double number, int decimals) {
    return String.format(Language.current().locale(), "%." + decimals + "f", number);
  }

  static String percent(OptionalDouble share) {
    return share.isPresent()
        ? MESSAGES.text("percent", (long) Math.floor(share.getAsDouble() * 100))
        : UNKNOWN;
  }

  static String duration(long millis) {
    Duration length = Duration.ofMillis(millis);
    if (length.toHours() > 0) {
      return MESSAGES.text("duration.hours", length.toHours(), length.toMinutesPart());
    }
    return length.toMinutes() > 0
        ? MESSAGES.text("duration.minutes", length.toMinutes(), length.toSecondsPart())
        : MESSAGES.text("duration.seconds", length.toSeconds());
  }

  /** What others have written of themselves, on its way to a terminal. */
  static String word(String told) {
    return ToolText.oneLine(told);
  }

  static String shortId(String id) {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }
}
