package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.probe.ToolText;

/**
 * Asks nvidia-smi for everything in one call, and in a second for the compute capabilities, which
 * the XML lacks. The XML is read before the exit status is judged: 14 comes with a complete answer.
 */
final class NvidiaSmiProbe {

  private static final int INFOROM_CORRUPTED = 14;
  private static final String NO_DEVICES = "No devices were found";

  private final ToolRunner runner;
  private final String tool;

  /**
   * @param tool program name or path
   */
  NvidiaSmiProbe(ToolRunner runner, String tool) {
    this.runner = requireNonNull(runner, "runner");
    this.tool = requireNonNull(tool, "tool");
  }

  /**
   * @param deadline for both calls together
   */
  NvidiaAnswer ask(Duration deadline) {
    ToolResult result = runner.run(List.of(tool, "-q", "-x"), deadline);
    Duration left = deadline.minus(result.took());
    return switch (result.ending()) {
      case EXITED -> exited(result, left);
      case NOT_FOUND -> silent(result, Outcome.ABSENT, "is not installed, or not on PATH");
      case NOT_STARTED -> silent(result, Outcome.FAILED, "cannot be started: " + result.stderr());
      case TIMED_OUT ->
          silent(
              result,
              Outcome.TIMED_OUT,
              "gave no answer within "
                  + seconds(deadline)
                  + " and was killed; see: dmesg | grep -i nvrm");
      case TOO_MUCH_OUTPUT ->
          silent(result, Outcome.FAILED, "printed more than can be its answer and was killed");
    };
  }

  private NvidiaAnswer exited(ToolResult result, Duration left) {
    int status = result.exitStatus().orElseThrow();
    try {
      NvidiaSmiLog log = NvidiaSmiXml.parse(result.stdout());
      List<String> said = messages(log.messages(), result.stderr());
      return answer(result, Optional.of(log), said, verdict(status, said, log), left);
    } catch (NvidiaSmiFormatException e) {
      // what remains of the XML is no sentence, yet a card may be named in the middle of it
      List<String> said = messages(result.stdout().lines().toList(), result.stderr());
      List<String> sentences =
          messages(NvidiaSmiXml.beforeXml(result.stdout()).lines().toList(), result.stderr());
      String why =
          status == 0
              ? "printed what cannot be read: " + e.getMessage()
              : "failed with " + NvidiaSmiExit.sentence(status);
      return answer(result, Optional.empty(), said, failed(sentences, why), left);
    }
  }

  private record Verdict(Outcome outcome, Optional<String> detail) {}

  private static Verdict verdict(int status, List<String> said, NvidiaSmiLog log) {
    List<String> complaints = new ArrayList<>();
    if (status != 0) {
      complaints.add(NvidiaSmiExit.sentence(status));
    }
    complaints.addAll(said);
    if (!complaints.isEmpty()) {
      return new Verdict(
          Outcome.WARNED,
          Optional.of(String.join("; ", complaints.subList(0, Math.min(4, complaints.size())))));
    }
    return new Verdict(Outcome.OK, log.driver().map(version -> "driver " + version));
  }

  private static Verdict failed(List<String> said, String why) {
    if (said.stream().anyMatch(line -> line.contains(NO_DEVICES))) {
      return new Verdict(Outcome.WARNED, Optional.of(NO_DEVICES));
    }
    String words = said.isEmpty() ? "" : "; it says: " + said.get(0);
    return new Verdict(Outcome.FAILED, Optional.of(why + words));
  }

  private NvidiaAnswer answer(
      ToolResult result,
      Optional<NvidiaSmiLog> log,
      List<String> said,
      Verdict verdict,
      Duration left) {
    boolean cards = log.isPresent() && !log.get().gpus().isEmpty();
    return new NvidiaAnswer(
        log,
        CardFault.inMessages(said),
        cards ? computeCapabilities(left) : Map.of(),
        new ProbeReport("nvidia-smi", verdict.outcome(), result.took(), verdict.detail()));
  }

  /** Refused by drivers before 510; the capability is then simply not known. */
  private Map<String, String> computeCapabilities(Duration left) {
    if (left.isNegative() || left.isZero()) {
      return Map.of();
    }
    List<String> command =
        Stream.concat(Stream.of(tool), NvidiaComputeCapability.QUERY.stream()).toList();
    ToolResult result = runner.run(command, left);
    boolean usable = result.succeeded() || result.exitStatus().orElse(-1) == INFOROM_CORRUPTED;
    return usable ? NvidiaComputeCapability.parse(result.stdout()) : Map.of();
  }

  private static NvidiaAnswer silent(ToolResult result, Outcome outcome, String detail) {
    return new NvidiaAnswer(
        Optional.empty(),
        Map.of(),
        Map.of(),
        new ProbeReport("nvidia-smi", outcome, result.took(), Optional.of(detail)));
  }

  /** Complaints come on standard output more often than on standard error. */
  private static List<String> messages(List<String> fromStdout, String stderr) {
    return Stream.concat(fromStdout.stream(), stderr.lines())
        .map(ToolText::printable)
        .filter(line -> !line.isEmpty() && !line.startsWith("<"))
        .toList();
  }

  private static String seconds(Duration deadline) {
    return String.format(Locale.ROOT, "%.1f s", deadline.toMillis() / 1e3);
  }
}
