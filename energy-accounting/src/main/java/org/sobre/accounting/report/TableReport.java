package org.sobre.accounting.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sobre.hardware.message.Messages;

/** A report to be read by people: a table, its totals, and what the numbers rest on. */
public final class TableReport {

  private static final Messages MESSAGES = Messages.of(TableReport.class);
  private static final int MAX_WIDTH = 100;

  /** Where the table library keeps the four characters of a rule. */
  private static final int UNDER_HEADER = 7;

  private static final int ABOVE_TOTALS = 18;

  /** Spaces between columns, one rule under the header and one above the totals. */
  private static final Character[] RULES = rules();

  private final Report report;
  private final EnergyUnit unit;

  private TableReport(Report report) {
    this.report = report;
    this.unit = EnergyUnit.of(report.totals().energy().total());
  }

  public static String of(Report report) {
    return new TableReport(report).text();
  }

  private String text() {
    List<String> lines = new ArrayList<>();
    lines.add(ReportTitle.of(report.request()));
    lines.add("");
    if (report.rows().isEmpty()) {
      lines.add(MESSAGES.text("table.empty"));
    } else {
      lines.addAll(table());
    }
    lines.add("");
    lines.addAll(new Footnotes(report, unit).lines());
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  /** Without the columns on work where the table would be wider than a screen. */
  private List<String> table() {
    List<String> full = table(columns(true));
    if (width(full) <= MAX_WIDTH) {
      return full;
    }
    List<String> narrow = new ArrayList<>(table(columns(false)));
    if (width(narrow) < width(full)) {
      narrow.add("");
      narrow.add(MESSAGES.text("table.narrow"));
    }
    return narrow;
  }

  private List<String> table(List<ColumnData<ReportRow>> columns) {
    return AsciiTable.getTable(RULES, report.rows(), columns)
        .lines()
        .map(String::stripTrailing)
        .toList();
  }

  private static int width(List<String> lines) {
    return lines.stream().mapToInt(String::length).max().orElse(0);
  }

  private List<ColumnData<ReportRow>> columns(boolean withWork) {
    List<ColumnData<ReportRow>> columns = new ArrayList<>();
    for (ReportColumn column : ReportColumns.of(report, withWork)) {
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
        .with(column.value());
  }

  private ColumnData<ReportRow> number(ReportColumn column) {
    return new Column()
        .header(column.header())
        .footer(column.of(report.totals()))
        .headerAlign(HorizontalAlign.RIGHT)
        .dataAlign(HorizontalAlign.RIGHT)
        .footerAlign(HorizontalAlign.RIGHT)
        .with(column.value());
  }

  private static Character[] rules() {
    Character[] rules = AsciiTable.NO_BORDERS.clone();
    Arrays.fill(rules, UNDER_HEADER, UNDER_HEADER + 4, '-');
    Arrays.fill(rules, ABOVE_TOTALS, ABOVE_TOTALS + 4, '-');
    return rules;
  }
}
