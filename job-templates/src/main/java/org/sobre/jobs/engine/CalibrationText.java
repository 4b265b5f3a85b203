package org.sobre.jobs.engine;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.Calibration;
import org.sobre.jobs.calibration.CalibrationLine;
import org.sobre.jobs.calibration.Peak;
import org.sobre.jobs.calibration.ProbeSchedule.Outcome;
import org.sobre.jobs.calibration.ProbeSchedule.TooLarge;
import org.sobre.jobs.oom.OomVerdict;
import org.sobre.jobs.profile.ModelProfile;

/** What {@code sobre profile calibrate} says while it measures, and of what it found. */
final class CalibrationText {

  private static final Messages MESSAGES = Messages.of(CalibrationText.class);

  private final PrintWriter err;

  CalibrationText(PrintWriter err) {
    this.err = err;
  }

  /** At once: the command writes to the same place. */
  void say(String line) {
    err.println(line);
    err.flush();
  }

  void begins(int number, int most, int batch) {
    say("sobre: " + MESSAGES.text("calibrate.begins", number, most, batch));
  }

  void ran(int batch, Peak peak, OptionalDouble rate, Duration took) {
    String taken =
        peak.allocated().isPresent()
            ? MESSAGES.text(
                "calibrate.reported", gigabytes(peak.allocated().get()), gigabytes(peak.taken()))
            : MESSAGES.text("calibrate.seen", gigabytes(peak.taken()));
    String pace = rate.isPresent() ? MESSAGES.text("calibrate.rate", decimals(rate)) : "";
    say("sobre: " + MESSAGES.text("calibrate.ran", batch, taken, took.toSeconds(), pace));
  }

  void ranOut(int batch, OomVerdict verdict) {
    say("sobre: " + MESSAGES.text("calibrate.ranOut", batch, verdict.words().orElse("")));
  }

  static String untold() {
    return MESSAGES.text("calibrate.untold");
  }

  /** The name of the cause says more than its message, which is the path alone. */
  static String unkept(int batch, Path file, Exception cause) {
    return MESSAGES.text("calibrate.unkept", batch, file, cause.getClass().getSimpleName());
  }

  static String failed(int batch, int status, OomVerdict verdict) {
    return verdict.kind() == OomVerdict.Kind.NONE
        ? MESSAGES.text("calibrate.failed", batch, status)
        : MESSAGES.text("calibrate.failed.words", batch, status, verdict.words().orElse(""));
  }

  static String nothingFits(List<Outcome> outcomes) {
    int least = outcomes.stream().mapToInt(outcome -> ((TooLarge) outcome).batch()).min().orElse(1);
    return MESSAGES.text(least == 1 ? "calibrate.nothing" : "calibrate.tooLarge", least);
  }

  /** One row a batch. */
  String table(List<CalibrationLine> points) {
    StringBuilder table = new StringBuilder();
    for (CalibrationLine point : points) {
      Peak peak = point.peak().orElseThrow();
      OptionalDouble rate = point.itemsPerSecond();
      table.append(
          MESSAGES.text(
                  "calibrate.row",
                  String.format(Locale.ROOT, "%5d", point.batch()),
                  gigabytes(peak.taken()),
                  rate.isPresent() ? MESSAGES.text("calibrate.rate", decimals(rate)) : "")
              + "\n");
    }
    return table.toString();
  }

  List<String> conclusion(
      ModelProfile profile, Calibration known, String variant, String replanned, Path file) {
    List<String> lines = new ArrayList<>();
    lines.add(
        known
            .line(variant)
            .map(
                line ->
                    line.onFloor()
                        ? MESSAGES.text("calibrate.floor")
                        : MESSAGES.text(
                            "calibrate.line",
                            profile.unit(),
                            gigabytes(line.perItem()),
                            gigabytes(line.fixed())))
            .orElseGet(() -> MESSAGES.text("calibrate.one")));
    lines.add(replanned.replaceFirst("^sobre: ", ""));
    lines.add(MESSAGES.text("calibrate.kept", file));
    return lines;
  }

  private static String decimals(OptionalDouble number) {
    double value = number.orElse(0);
    return String.format(Language.current().locale(), value < 10 ? "%.2f" : "%.0f", value);
  }

  private static String gigabytes(MemorySize size) {
    return MESSAGES.text(
        "gigabytes", String.format(Language.current().locale(), "%.2f", size.gigabytes()));
  }
}
