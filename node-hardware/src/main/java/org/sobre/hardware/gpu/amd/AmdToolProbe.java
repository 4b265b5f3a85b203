package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.amd.AmdTextForm.Tool;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ProgramSearch;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.probe.ToolText;

/**
 * Asks amd-smi, and rocm-smi where it gives no device. What they print is read before their exit
 * status is judged: both end with 0 where they have nothing to say.
 */
final class AmdToolProbe {

  private static final List<String> STATIC = List.of("static", "--json");
  private static final List<String> LIST = List.of("list", "--json");

  /** The JSON form has faults of its own, a Python exception among them; the text is next. */
  private static final List<List<String>> AMD = List.of(STATIC, List.of("static"), LIST);

  private static final Pattern NO_DRIVER =
      Pattern.compile("(?i)not found in modules|not loaded|not initialized");

  /** Options that rocm-smi has had since ROCm 3. */
  private static final List<String> FACTS =
      List.of(
          "--showproductname",
          "--showbus",
          "--showuniqueid",
          "--showdriverversion",
          "--showmeminfo",
          "vram",
          "--json");

  /** One that refuses an option still has the table that it prints without any. */
  private static final List<List<String>> ROCM = List.of(FACTS, List.of("-a", "--json"), List.of());

  private final ToolRunner runner;
  private final String amdSmi;
  private final String rocmSmi;

  /**
   * @param amdSmi program name or path
   * @param rocmSmi program name or path
   */
  AmdToolProbe(ToolRunner runner, String amdSmi, String rocmSmi) {
    this.runner = requireNonNull(runner, "runner");
    this.amdSmi = requireNonNull(amdSmi, "amdSmi");
    this.rocmSmi = requireNonNull(rocmSmi, "rocmSmi");
  }

  /**
   * @param unusable whether the tool ran, and printed something else than its cards
   */
  private record Answer(
      List<AmdToolCard> cards, ProbeReport report, Duration took, boolean unusable) {}

  /**
   * @param deadline for both together; a third of it is kept for rocm-smi
   */
  AmdToolAnswer ask(Duration deadline) {
    Answer first = ask(Tool.AMD_SMI, amdSmi, AMD, deadline.multipliedBy(2).dividedBy(3));
    if (!first.cards().isEmpty()) {
      return answered("amd-smi", located(first.cards(), deadline.minus(first.took())), first);
    }
    Answer second = ask(Tool.ROCM_SMI, rocmSmi, ROCM, deadline.minus(first.took()));
    return second.cards().isEmpty()
        ? unanswered(first, second)
        : answered("rocm-smi", second.cards(), first, second);
  }

  /** In one way after the other, as long as the tool answers, and not with its cards. */
  private Answer ask(Tool tool, String program, List<List<String>> ways, Duration deadline) {
    Answer first = once(tool, program, ways.get(0), deadline);
    Answer last = first;
    Duration took = first.took();
    for (List<String> way : ways.subList(1, ways.size())) {
      if (!last.unusable() || spent(deadline.minus(took))) {
        break;
      }
      last = once(tool, program, way, deadline.minus(took));
      took = took.plus(last.took());
      if (!last.cards().isEmpty()) {
        return new Answer(last.cards(), instead(first, ways.get(0), way, took), took, false);
      }
    }
    return new Answer(first.cards(), first.report(), took, first.unusable());
  }

  private static ProbeReport instead(
      Answer first, List<String> asked, List<String> way, Duration took) {
    String detail =
        String.format(
            Locale.ROOT,
            "%s: %s; read instead: %s %s",
            String.join(" ", asked),
            first.report().detail().orElse(""),
            first.report().name(),
            String.join(" ", way));
    return new ProbeReport(
        first.report().name(), Outcome.WARNED, took, Optional.of(ToolText.printable(detail)));
  }

  private static AmdToolAnswer answered(String tool, List<AmdToolCard> cards, Answer... asked) {
    return new AmdToolAnswer(
        Optional.of(tool), cards, Optional.empty(), Stream.of(asked).map(Answer::report).toList());
  }

  private static AmdToolAnswer unanswered(Answer... asked) {
    List<ProbeReport> reports = Stream.of(asked).map(Answer::report).toList();
    return new AmdToolAnswer(
        Optional.empty(),
        List.of(),
        reports.stream()
            .filter(report -> report.outcome() == Outcome.TIMED_OUT)
            .map(report -> report.name() + " " + report.detail().orElse(""))
            .findFirst(),
        reports);
  }

  /**
   * {@code static} leaves the bus address out at times; {@code list} has it under the same number.
   */
  private List<AmdToolCard> located(List<AmdToolCard> cards, Duration left) {
    if (cards.stream().allMatch(card -> card.address().isPresent()) || spent(left)) {
      return cards;
    }
    ToolResult result = runner.run(command(amdSmi, LIST), left);
    List<AmdToolCard> listed = AmdTextForm.read(Tool.AMD_SMI, result.stdout()).cards();
    List<AmdToolCard> located = new ArrayList<>();
    for (AmdToolCard card : cards) {
      located.add(
          listed.stream()
              .filter(other -> card.number().isPresent() && card.number().equals(other.number()))
              .findFirst()
              .map(card::completedBy)
              .orElse(card));
    }
    return located;
  }

  private Answer once(Tool tool, String program, List<String> arguments, Duration deadline) {
    String name = tool.command();
    if (spent(deadline)) {
      return silent(name, Outcome.TIMED_OUT, Duration.ZERO, "was not asked: no time was left");
    }
    ToolResult result = runner.run(command(program, arguments), deadline);
    return switch (result.ending()) {
      case EXITED -> exited(name, result, AmdTextForm.read(tool, result.stdout()));
      case NOT_FOUND -> silent(name, Outcome.ABSENT, result.took(), ProgramSearch.absent(program));
      case NOT_STARTED ->
          silent(
              name, Outcome.FAILED, result.took(), "cannot be started: " + first(result.stderr()));
      case TIMED_OUT ->
          silent(
              name,
              Outcome.TIMED_OUT,
              result.took(),
              String.format(
                  Locale.ROOT,
                  "gave no answer within %.1f s and was killed; see: dmesg | grep -i amdgpu",
                  deadline.toMillis() / 1e3));
      case TOO_MUCH_OUTPUT ->
          silent(name, Outcome.FAILED, result.took(), "printed more than can be its answer");
    };
  }

  private static Answer exited(String name, ToolResult result, AmdListing listing) {
    int status = result.exitStatus().orElseThrow();
    String said = first(result.stderr());
    if (listing.cards().isEmpty()) {
      String what = said.isEmpty() ? listing.problem().orElseThrow() : "says: " + said;
      boolean driver = !NO_DRIVER.matcher(result.stdout() + result.stderr()).find();
      return new Answer(
          List.of(),
          new ProbeReport(
              name,
              Outcome.FAILED,
              result.took(),
              Optional.of("exit status " + status + ", and " + what)),
          result.took(),
          driver);
    }
    List<String> complaints = new ArrayList<>();
    if (status != 0) {
      complaints.add("exit status " + status);
    }
    listing.problem().ifPresent(complaints::add);
    result
        .stderr()
        .lines()
        .map(ToolText::printable)
        .filter(line -> !line.isEmpty())
        .limit(3)
        .forEach(complaints::add);
    return new Answer(
        listing.cards(),
        complaints.isEmpty()
            ? new ProbeReport(name, Outcome.OK, result.took(), driver(listing))
            : new ProbeReport(
                name, Outcome.WARNED, result.took(), Optional.of(String.join("; ", complaints))),
        result.took(),
        false);
  }

  private static Optional<String> driver(AmdListing listing) {
    return listing.cards().get(0).driver().map(version -> "driver " + version);
  }

  private static Answer silent(String name, Outcome outcome, Duration took, String detail) {
    return new Answer(
        List.of(), new ProbeReport(name, outcome, took, Optional.of(detail)), took, false);
  }

  private static boolean spent(Duration left) {
    return left.isZero() || left.isNegative();
  }

  private static List<String> command(String program, List<String> arguments) {
    return Stream.concat(Stream.of(program), arguments.stream()).toList();
  }

  private static String first(String stderr) {
    return stderr
        .lines()
        .map(ToolText::printable)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("");
  }
}
