package org.sobre.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.report.ReportField;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.TableReport;
import org.sobre.cli.watch.TerminalSize;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Option;

/** Which numbers of each row a report shows. */
final class ColumnChoice {

  private static final Messages MESSAGES = Messages.of(ColumnChoice.class);
  private static final String ALL = "all";
  private static final Pattern WIDTH = Pattern.compile("[1-9][0-9]{1,3}");

  @Option(
      names = "--columns",
      paramLabel = "LIST",
      split = ",",
      description =
          "Columns by their names in JSON (jobs,energyKWh,tokensPerJoule), or all. embodiedKgCo2e,"
              + " embodiedUncertaintyKgCo2e, hardwareEuro and rentalEuro are looked for only if"
              + " they are named here.")
  private List<String> columns = List.of();

  /** None if none was asked for. */
  List<ReportField> fields() {
    if (columns.contains(ALL)) {
      return List.of(ReportField.values());
    }
    List<String> known =
        new ArrayList<>(Arrays.stream(ReportField.values()).map(ReportField::jsonName).toList());
    known.add(ALL);
    return columns.stream().map(name -> field(name, known)).distinct().toList();
  }

  private static ReportField field(String name, List<String> known) {
    return ReportField.ofJsonName(name)
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.USAGE,
                    MESSAGES.text(
                        "report.columns", String.join(", ", known), name, clause(name, known))));
  }

  /** What names the rows stands before the columns, and is none of them. */
  private static String clause(String name, List<String> known) {
    return ReportKey.ofJsonName(name).isPresent()
        ? MESSAGES.text("report.columns.key", name)
        : Suggestion.clause(name, known);
  }

  /**
   * How wide a table may be.
   *
   * @param environment {@code COLUMNS}, which a user's shell may export
   * @param terminal that the table is printed on; absent: it is printed elsewhere
   */
  static int width(@Nullable String environment, Optional<TerminalSize> terminal) {
    return Optional.ofNullable(environment)
        .filter(text -> WIDTH.matcher(text).matches())
        .map(Integer::parseInt)
        .or(() -> terminal.map(TerminalSize::columns))
        .orElse(TableReport.USUAL_WIDTH);
  }
}
