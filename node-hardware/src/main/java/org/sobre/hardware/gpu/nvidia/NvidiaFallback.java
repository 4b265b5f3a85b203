package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/**
 * What else can be asked where nvidia-smi printed XML that cannot be read: the same as text, then a
 * query of those fields that this driver knows, at last the table. One unknown field refuses a
 * whole query, so the names are asked for first.
 */
final class NvidiaFallback {

  /** Driver not loaded, NVML missing or of another version: no other question helps. */
  private static final Set<Integer> HOPELESS = Set.of(9, 12, 13, 18);

  private static final List<String> WANTED =
      List.of(
          "driver_version",
          "pci.bus_id",
          "name",
          "uuid",
          "memory.total",
          "memory.free",
          "mig.mode.current",
          "compute_cap");

  /** Known by every driver since 340; asked where the tool does not say what it knows. */
  private static final List<String> BASIC =
      List.of("driver_version", "pci.bus_id", "name", "uuid", "memory.total", "memory.free");

  private final ToolRunner runner;
  private final String tool;

  NvidiaFallback(ToolRunner runner, String tool) {
    this.runner = requireNonNull(runner, "runner");
    this.tool = requireNonNull(tool, "tool");
  }

  /** Whether there is any use in asking again. */
  static boolean isWorthwhile(ToolResult unreadable) {
    return unreadable.ending() == Ending.EXITED
        && !HOPELESS.contains(unreadable.exitStatus().orElseThrow())
        && !unreadable.stdout().contains(Description.NO_DEVICES);
  }

  /**
   * The first form that lists a card, with a report that says so; else what there was.
   *
   * @param deadline for all that is asked
   */
  Description instead(Description unreadable, Duration deadline) {
    long begin = System.nanoTime();
    return asText(deadline)
        .or(() -> asQuery(deadline.minusNanos(System.nanoTime() - begin)))
        .or(() -> ask(deadline.minusNanos(System.nanoTime() - begin)))
        .map(description -> explained(description, unreadable.report()))
        .orElse(unreadable);
  }

  private Optional<Description> asText(Duration deadline) {
    return ask(deadline, "-q");
  }

  private Optional<Description> asQuery(Duration deadline) {
    long begin = System.nanoTime();
    if (deadline.isNegative()) {
      return Optional.empty();
    }
    ToolResult help = runner.run(List.of(tool, "--help-query-gpu"), deadline);
    List<String> known = NvidiaQueryFields.parse(help.stdout()).intersect(WANTED);
    return ask(
        deadline.minusNanos(System.nanoTime() - begin),
        "--query-gpu=" + String.join(",", known.isEmpty() ? BASIC : known),
        "--format=csv");
  }

  private Optional<Description> ask(Duration deadline, String... arguments) {
    if (deadline.isNegative()) {
      return Optional.empty();
    }
    List<String> command = Stream.concat(Stream.of(tool), Stream.of(arguments)).toList();
    Description description =
        Description.of(runner.run(command, deadline), deadline, NvidiaFallback::read);
    boolean listsCards =
        description
            .log()
            .map(log -> !log.gpus().isEmpty() || !log.unplaced().isEmpty())
            .orElse(false);
    return listsCards
        ? Optional.of(described(description, arguments.length == 0 ? "" : " " + arguments[0]))
        : Optional.empty();
  }

  private static NvidiaSmiLog read(String printed) throws NvidiaSmiFormatException {
    return NvidiaTextForms.read(printed)
        .orElseThrow(() -> new NvidiaSmiFormatException("expected an answer of nvidia-smi"));
  }

  private static Description described(Description description, String argument) {
    String option =
        argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
    ProbeReport report = description.report();
    return new Description(
        description.log(),
        description.said(),
        new ProbeReport(
            report.name(),
            Outcome.WARNED,
            report.took(),
            Optional.of("read from nvidia-smi" + option + " instead")));
  }

  private static Description explained(Description read, ProbeReport unreadable) {
    return new Description(
        read.log(),
        read.said(),
        new ProbeReport(
            unreadable.name(),
            Outcome.WARNED,
            unreadable.took().plus(read.report().took()),
            Optional.of(
                unreadable.detail().orElse("gave no XML")
                    + "; "
                    + read.report().detail().orElse(""))));
  }
}
