package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ProgramSearch;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolText;

/**
 * What became of the one question that describes all cards. The text is read before the exit status
 * is judged: 14 comes with a complete answer. Pure.
 *
 * @param log absent where there is no usable answer
 * @param said the sentences around it, or in its place
 */
record Description(Optional<NvidiaSmiLog> log, List<String> said, ProbeReport report) {

  private static final String NAME = "nvidia-smi";
  static final String NO_DEVICES = "No devices were found";
  private static final int MOST_COMPLAINTS = 4;

  Description {
    requireNonNull(log, "log");
    said = List.copyOf(said);
    requireNonNull(report, "report");
  }

  /** How an answer is read. */
  interface Parser {
    NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException;
  }

  /**
   * @param deadline that the tool had, for the report
   */
  static Description of(ToolResult result, Duration deadline, Parser parser) {
    return switch (result.ending()) {
      case EXITED -> exited(result, parser);
      case NOT_FOUND ->
          silent(result, Outcome.ABSENT, ProgramSearch.absent(result.command().get(0)));
      case NOT_STARTED -> silent(result, Outcome.FAILED, "cannot be started: " + result.stderr());
      case TIMED_OUT ->
          silent(
              result,
              Outcome.TIMED_OUT,
              "gave no answer within "
                  + String.format(Locale.ROOT, "%.1f s", deadline.toMillis() / 1e3)
                  + " and was killed; see: dmesg | grep -i nvrm");
      case TOO_MUCH_OUTPUT ->
          silent(result, Outcome.FAILED, "printed more than can be its answer and was killed");
    };
  }

  private static Description exited(ToolResult result, Parser parser) {
    int status = result.exitStatus().orElseThrow();
    try {
      NvidiaSmiLog log = parser.parse(result.stdout());
      List<String> said = sentences(log.messages(), result.stderr());
      return new Description(Optional.of(log), said, usable(result, status, said, log));
    } catch (NvidiaSmiFormatException e) {
      // what remains of an answer is no sentence, yet a card may be named in the middle of it
      List<String> said = sentences(result.stdout().lines().toList(), result.stderr());
      List<String> before =
          sentences(NvidiaSmiXml.beforeXml(result.stdout()).lines().toList(), result.stderr());
      String why =
          status == 0
              ? "printed what cannot be read: " + e.getMessage()
              : "failed with " + NvidiaSmiExit.sentence(status);
      return new Description(Optional.empty(), said, unusable(result, before, why));
    }
  }

  private static ProbeReport usable(
      ToolResult result, int status, List<String> said, NvidiaSmiLog log) {
    List<String> complaints = new ArrayList<>();
    if (status != 0) {
      complaints.add(NvidiaSmiExit.sentence(status));
    }
    complaints.addAll(said);
    return complaints.isEmpty()
        ? report(result, Outcome.OK, log.driver().map(version -> "driver " + version))
        : report(
            result,
            Outcome.WARNED,
            Optional.of(
                String.join(
                    "; ", complaints.subList(0, Math.min(MOST_COMPLAINTS, complaints.size())))));
  }

  private static ProbeReport unusable(ToolResult result, List<String> said, String why) {
    if (said.stream().anyMatch(line -> line.contains(NO_DEVICES))) {
      return report(result, Outcome.WARNED, Optional.of(NO_DEVICES));
    }
    String words =
        said.stream()
            .filter(line -> line.chars().anyMatch(Character::isLetter))
            .findFirst()
            .map(line -> "; it says: " + line)
            .orElse("");
    return report(result, Outcome.FAILED, Optional.of(why + words));
  }

  private static Description silent(ToolResult result, Outcome outcome, String detail) {
    return new Description(
        Optional.empty(), List.of(), report(result, outcome, Optional.of(detail)));
  }

  private static ProbeReport report(ToolResult result, Outcome outcome, Optional<String> detail) {
    return new ProbeReport(NAME, outcome, result.took(), detail);
  }

  /** Complaints come on standard output more often than on standard error. */
  static List<String> sentences(List<String> fromStdout, String stderr) {
    return Stream.concat(fromStdout.stream(), stderr.lines())
        .map(ToolText::printable)
        .filter(line -> !line.isEmpty() && !line.startsWith("<"))
        .toList();
  }
}
