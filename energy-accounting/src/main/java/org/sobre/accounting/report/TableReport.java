package org.sobre.accounting.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.hardware.message.Language;
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

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
  private static final BigDecimal JOULES_PER_KILOJOULE = new BigDecimal(1000);

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
    lines.add(title());
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

  private String title() {
    String keys =
        String.join(", ", report.request().by().stream().map(TableReport::heading).toList());
    StringBuilder title = new StringBuilder(MESSAGES.text("title", keys));
    Optional<YearMonth> month = report.request().wholeMonth();
    if (month.isPresent()) {
      title.append(MESSAGES.text("title.month", month.get()));
    } else {
      report
          .request()
          .period()
          .since()
          .ifPresent(at -> title.append(MESSAGES.text("title.since", time(at))));
      report
          .request()
          .period()
          .until()
          .ifPresent(at -> title.append(MESSAGES.text("title.until", time(at))));
    }
    return title + " (" + report.request().zone().getId() + ")";
  }

  private static String heading(ReportKey key) {
    return MESSAGES.text("key." + key.jsonName());
  }

  private String time(Instant instant) {
    ZonedDateTime local = instant.atZone(report.request().zone());
    return local.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? DAY.format(local)
        : MINUTE.format(local);
  }

  private List<ColumnData<ReportRow>> columns(boolean withWork) {
    List<ColumnData<ReportRow>> columns = new ArrayList<>();
    for (ReportKey key : report.request().by()) {
      String total = columns.isEmpty() ? MESSAGES.text("column.total") : "";
      columns.add(
          new Column()
              .header(heading(key))
              .footer(total)
              .dataAlign(HorizontalAlign.LEFT)
              .headerAlign(HorizontalAlign.LEFT)
              .footerAlign(HorizontalAlign.LEFT)
              .with(row -> row.keys().getOrDefault(key, "")));
    }
    columns.add(number(MESSAGES.text("column.jobs"), row -> Long.toString(row.jobs())));
    columns.add(
        number(
            MESSAGES.text("column.gpuHours"),
            row -> Language.current().rounded(row.gpuHours(), 2)));
    columns.add(number(unit.symbol(), this::energy));
    if (report.factors().gramsCo2ePerKilowattHour().isPresent()) {
      optional(columns, MESSAGES.text("column.co2e"), ReportRow::co2eGrams, 2);
    } else {
      columns.add(number(MESSAGES.text("column.co2e"), row -> MESSAGES.text("cell.noFactor")));
    }
    optional(columns, MESSAGES.text("column.euro"), ReportRow::costEuro, 2);
    columns.add(
        number(
            MESSAGES.text("column.coverage"),
            row -> row.coverage().map(Footnotes::percent).orElse("")));
    if (withWork) {
      work(columns);
    }
    return columns;
  }

  private String energy(ReportRow row) {
    return row.energyKilowattHours().isPresent()
        ? Language.current().rounded(unit.amount(row.energy().total()), 3)
        : "";
  }

  private void work(List<ColumnData<ReportRow>> columns) {
    if (report.rows().stream().anyMatch(row -> row.items().isPresent())) {
      columns.add(
          number(
              MESSAGES.text("column.done"),
              row ->
                  row.items().isPresent()
                      ? row.items().getAsLong() + " " + row.itemUnit().orElse("")
                      : ""));
      optional(columns, MESSAGES.text("column.perSecond"), ReportRow::itemsPerSecond, 2);
      optional(
          columns,
          MESSAGES.text("column.perKilojoule"),
          row -> row.itemsPerJoule().map(JOULES_PER_KILOJOULE::multiply),
          2);
    }
  }

  private void optional(
      List<ColumnData<ReportRow>> columns,
      String header,
      Function<ReportRow, Optional<BigDecimal>> value,
      int decimals) {
    if (report.rows().stream().anyMatch(row -> value.apply(row).isPresent())) {
      columns.add(
          number(
              header,
              row ->
                  value
                      .apply(row)
                      .map(amount -> Language.current().rounded(amount, decimals))
                      .orElse("")));
    }
  }

  private ColumnData<ReportRow> number(String header, Function<ReportRow, String> value) {
    return new Column()
        .header(header)
        .footer(value.apply(report.totals()))
        .headerAlign(HorizontalAlign.RIGHT)
        .dataAlign(HorizontalAlign.RIGHT)
        .footerAlign(HorizontalAlign.RIGHT)
        .with(value);
  }

  private static Character[] rules() {
    Character[] rules = AsciiTable.NO_BORDERS.clone();
    Arrays.fill(rules, UNDER_HEADER, UNDER_HEADER + 4, '-');
    Arrays.fill(rules, ABOVE_TOTALS, ABOVE_TOTALS + 4, '-');
    return rules;
  }
}
