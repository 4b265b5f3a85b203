package org.sobre.accounting.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.sobre.accounting.report.ReportColumns.Breadth;
import org.sobre.hardware.message.Messages;

/** A report to be read by people: a table, its totals, and what the numbers rest on. */
public final class TableReport {

  private static final Messages MESSAGES = Messages.of(TableReport.class);

  /** Of a terminal that does not tell. */
  public static final int USUAL_WIDTH = 80;

  /** Where the table library keeps the four characters of a rule. */
  private static final int UNDER_HEADER = 7;

  private static final int ABOVE_TOTALS = 18;

  /** Spaces between columns, one rule under the header and one above the totals. */
  private static final Character[] RULES = rules();

  private final Report report;
  private final EnergyUnit unit;
  private final int width;

  private TableReport(Report report, int width) {
    this.report = report;
    this.unit = EnergyUnit.of(report.totals().energy().total());
    this.width = width;
  }

  public static String of(Report report) {
    return of(report, USUAL_WIDTH);
  }

  /**
   * @param width of the terminal, in columns: where it has no room for what is said of work, that
   *     is left out
   */
  public static String of(Report report, int width) {
    return new TableReport(report, width).text();
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    lines.add(ReportTitle.of(report.request()));
    lines.add("");
    if (report.rows().isEmpty()) {
      lines.add(MESSAGES.text(noRows()));
    } else {
      lines.addAll(table());
    }
    lines.add("");
    lines.addAll(new Footnotes(report, unit).lines());
    return lines.stream().map(PlainName::of).collect(Collectors.joining(System.lineSeparator()))
        + System.lineSeparator();
  }

  private String noRows() {
    if (report.isOfUnknownTime()) {
      return "table.unknown";
    }
    return report.isOfUncoveredJobsOnly() ? "table.uncovered" : "table.empty";
  }

  /** As much as there is room for. */
  private List<String> table() {
    List<String> full = table(Breadth.ALL);
    for (Breadth breadth : List.of(Breadth.ALL, Breadth.WORK)) {
      List<String> lines = breadth == Breadth.ALL ? full : table(breadth);
      if (width(lines) <= width) {
        return narrowed(lines, breadth);
      }
    }
    return narrowed(table(Breadth.LEAST), Breadth.LEAST);
  }

  /** Says which columns are not there, if any. */
  private List<String> narrowed(List<String> lines, Breadth breadth) {
    List<String> left = headers(Breadth.ALL);
    left.removeAll(headers(breadth));
    if (left.isEmpty()) {
      return lines;
    }
    List<String> narrow = new ArrayList<>(lines);
    narrow.add("");
    narrow.add(MESSAGES.text("table.narrow", String.join(", ", left)));
    return narrow;
  }

  private List<String> headers(Breadth breadth) {
    return ReportColumns.of(report, breadth).stream()
        .map(ReportColumn::header)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private List<String> table(Breadth breadth) {
    return table(columns(breadth));
  }

  private List<String> table(List<ColumnData<ReportRow>> columns) {
    List<String> lines =
        AsciiTable.getTable(RULES, report.rows(), columns)
            .lines()
            .map(String::stripTrailing)
            .toList();
    // the library draws its rules under the room for a border, too
    int widest =
        lines.stream().filter(line -> !isRule(line)).mapToInt(String::length).max().orElse(0);
    return lines.stream()
        .map(line -> isRule(line) ? line.substring(0, Math.min(widest, line.length())) : line)
        .toList();
  }

  private static boolean isRule(String line) {
    return !line.isEmpty() && line.chars().allMatch(letter -> letter == '-');
  }

  private static int width(List<String> lines) {
    return lines.stream().mapToInt(String::length).max().orElse(0);
  }

  private List<ColumnData<ReportRow>> columns(Breadth breadth) {
    List<ColumnData<ReportRow>> columns = new ArrayList<>();
    for (ReportColumn column : ReportColumns.of(report, breadth)) {
      columns.add(column.isKey() ? key(column, columns.isEmpty()) : number(column));
    }
    return columns;
  }

  private static ColumnData<ReportRow> key(ReportColumn column, boolean first) {
    return new Column()
        .header(column.header())
        .footer(first ? ReportColumns.total() : "")
        .dataAlign(HorizontalAlign.LEFT)
        .headerAlign(HorizontalAlign.LEFT)
        .footerAlign(HorizontalAlign.LEFT)
        .with(row -> PlainName.of(column.of(row)));
  }

  private ColumnData<ReportRow> number(ReportColumn column) {
    return new Column()
        .header(column.header())
        .footer(column.of(report.totals()))
        .headerAlign(HorizontalAlign.RIGHT)
        .dataAlign(HorizontalAlign.RIGHT)
        .footerAlign(HorizontalAlign.RIGHT)
        .with(row -> PlainName.of(column.of(row)));
  }

  private static Character[] rules() {
    Character[] rules = AsciiTable.NO_BORDERS.clone();
    Arrays.fill(rules, UNDER_HEADER, UNDER_HEADER + 4, '-');
    Arrays.fill(rules, ABOVE_TOTALS, ABOVE_TOTALS + 4, '-');
    return rules;
  }
}
