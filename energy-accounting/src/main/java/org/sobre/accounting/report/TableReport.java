package org.sobre.accounting.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
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
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.store.QualitySums;

/** A report to be read by people: a table, its totals, and what the numbers rest on. */
public final class TableReport {

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
  private static final BigDecimal HUNDRED = new BigDecimal(100);

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
      lines.add("no job ran in this time");
    } else {
      lines.addAll(table());
    }
    lines.add("");
    lines.addAll(footnotes());
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
      narrow.add("left out for width: items done and their rates; --format json has them");
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
    StringBuilder title = new StringBuilder("Energy by ");
    title.append(
        String.join(", ", report.request().by().stream().map(ReportKey::jsonName).toList()));
    Optional<YearMonth> month = report.request().wholeMonth();
    if (month.isPresent()) {
      title.append(" in ").append(month.get());
    } else {
      report.request().period().since().ifPresent(at -> title.append(", from ").append(time(at)));
      report.request().period().until().ifPresent(at -> title.append(", before ").append(time(at)));
    }
    return title + " (" + report.request().zone().getId() + ")";
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
      String total = columns.isEmpty() ? "total" : "";
      columns.add(
          new Column()
              .header(key.jsonName())
              .footer(total)
              .dataAlign(HorizontalAlign.LEFT)
              .headerAlign(HorizontalAlign.LEFT)
              .footerAlign(HorizontalAlign.LEFT)
              .with(row -> row.keys().getOrDefault(key, "")));
    }
    columns.add(number("jobs", row -> Long.toString(row.jobs())));
    columns.add(number("GPU h", row -> rounded(row.gpuHours(), 2)));
    columns.add(number(unit.symbol(), row -> rounded(unit.amount(row.energy().total()), 3)));
    optional(columns, "g CO2e", ReportRow::co2eGrams, 2);
    optional(columns, "euro", ReportRow::costEuro, 2);
    columns.add(number("coverage", row -> row.coverage().map(TableReport::percent).orElse("")));
    if (withWork) {
      work(columns);
    }
    return columns;
  }

  private void work(List<ColumnData<ReportRow>> columns) {
    if (report.rows().stream().anyMatch(row -> row.items().isPresent())) {
      columns.add(
          number(
              "done",
              row ->
                  row.items().isPresent()
                      ? row.items().getAsLong() + " " + row.itemUnit().orElse("")
                      : ""));
      optional(columns, "per s", ReportRow::itemsPerSecond, 2);
      optional(
          columns, "per kJ", row -> row.itemsPerJoule().map(JOULES_PER_KILOJOULE::multiply), 2);
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
              header, row -> value.apply(row).map(amount -> rounded(amount, decimals)).orElse("")));
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

  private List<String> footnotes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "not billed: platform (idle) "
            + energy(report.metered().platform())
            + ", outside Slurm "
            + energy(report.metered().outsideSlurm())
            + ", unknown "
            + energy(report.metered().unknown()));
    notes.add("            as of the last balances: nodes write one each full hour");
    quality().ifPresent(notes::add);
    report
        .factors()
        .gramsCo2ePerKilowattHour()
        .ifPresent(factor -> notes.add("CO2e: g per kWh " + factor));
    notes.add(
        report
            .factors()
            .euroPerKilowattHour()
            .map(factor -> "cost: euro per kWh " + factor)
            .orElse("cost: no price is configured (euroPerKwh in factors.yaml)"));
    notes.add(overhead());
    return notes;
  }

  private Optional<String> quality() {
    QualitySums energy = report.totals().energy();
    BigInteger all = energy.total();
    if (all.signum() == 0) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    part(parts, energy.counter(), all, "from energy counters");
    part(parts, energy.sampled(), all, "from sampled power");
    part(parts, energy.modelled(), all, "modelled");
    return Optional.of("measured: " + String.join(", ", parts));
  }

  private static void part(List<String> parts, BigInteger part, BigInteger all, String name) {
    if (part.signum() > 0) {
      parts.add(
          percent(new BigDecimal(part).divide(new BigDecimal(all), 4, RoundingMode.HALF_UP))
              + " "
              + name);
    }
  }

  private String overhead() {
    Optional<Factor> pue = report.factors().pue();
    return pue.isPresent()
        ? "room: grams and euros include the room's overhead, PUE " + pue.get()
        : "room: the machines' own energy, no PUE is configured";
  }

  private String energy(QualitySums energy) {
    BigInteger total = energy.total();
    return (total.signum() == 0 ? "0" : rounded(unit.amount(total), 3)) + " " + unit.symbol();
  }

  private static String percent(BigDecimal fraction) {
    return rounded(fraction.multiply(HUNDRED), 1) + " %";
  }

  private static String rounded(BigDecimal value, int decimals) {
    return value.setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  private static Character[] rules() {
    Character[] rules = AsciiTable.NO_BORDERS.clone();
    Arrays.fill(rules, UNDER_HEADER, UNDER_HEADER + 4, '-');
    Arrays.fill(rules, ABOVE_TOTALS, ABOVE_TOTALS + 4, '-');
    return rules;
  }
}
