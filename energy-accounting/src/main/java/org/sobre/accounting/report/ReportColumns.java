package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.accounting.factors.Factors;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/**
 * Which columns a report has for people, in their language; those that nothing is in are left out.
 */
public final class ReportColumns {

  private static final Messages MESSAGES = Messages.of(ReportColumns.class);
  private static final BigDecimal JOULES_PER_KILOJOULE = new BigDecimal(1000);

  private final Report report;
  private final EnergyUnit unit;
  private final List<ReportColumn> columns = new ArrayList<>();

  private ReportColumns(Report report) {
    this.report = report;
    this.unit = EnergyUnit.of(report.totals().energy().total());
  }

  /**
   * @param withWork whether also what jobs declared that they did
   */
  public static List<ReportColumn> of(Report report, boolean withWork) {
    ReportColumns columns = new ReportColumns(report);
    columns.add();
    if (withWork) {
      columns.work();
    }
    return columns.columns;
  }

  /** What the rows' first column says of the totals. */
  public static String total() {
    return MESSAGES.text("column.total");
  }

  static String heading(ReportKey key) {
    return MESSAGES.text("key." + key.jsonName());
  }

  private void add() {
    for (ReportKey key : report.request().by()) {
      columns.add(new ReportColumn(heading(key), true, row -> row.keys().getOrDefault(key, "")));
    }
    number(MESSAGES.text("column.jobs"), row -> Long.toString(row.jobs()));
    number(MESSAGES.text("column.gpuHours"), row -> Language.current().rounded(row.gpuHours(), 2));
    number(unit.symbol(), this::energy);
    if (report.factors().hasNoGrid()) {
      number(MESSAGES.text("column.co2e"), row -> MESSAGES.text("cell.noFactor"));
    } else {
      amount(Factors.GRID, MESSAGES.text("column.co2e"), ReportRow::co2eGrams);
    }
    amount(Factors.PRICE, MESSAGES.text("column.euro"), ReportRow::costEuro);
    number(
        MESSAGES.text("column.coverage"), row -> row.coverage().map(Footnotes::percent).orElse(""));
  }

  private String energy(ReportRow row) {
    return row.energyKilowattHours().isPresent()
        ? Language.current().rounded(unit.amount(row.energy().total()), 3)
        : "";
  }

  private void work() {
    if (report.rows().stream().anyMatch(row -> row.items().isPresent())) {
      number(
          MESSAGES.text("column.done"),
          row ->
              row.items().isPresent()
                  ? row.items().getAsLong() + " " + row.itemUnit().orElse("")
                  : "");
      optional(MESSAGES.text("column.perSecond"), ReportRow::itemsPerSecond);
      optional(
          MESSAGES.text("column.perKilojoule"),
          row -> row.itemsPerJoule().map(JOULES_PER_KILOJOULE::multiply));
    }
  }

  /** A column that lacks a factor's value stays, empty where that was needed. */
  private void amount(
      String factor, String header, Function<ReportRow, Optional<BigDecimal>> value) {
    if (report.factors().lacks(factor)) {
      number(header, row -> cell(value.apply(row)));
    } else {
      optional(header, value);
    }
  }

  private void optional(String header, Function<ReportRow, Optional<BigDecimal>> value) {
    if (report.rows().stream().anyMatch(row -> value.apply(row).isPresent())) {
      number(header, row -> cell(value.apply(row)));
    }
  }

  private static String cell(Optional<BigDecimal> value) {
    return value.map(amount -> Language.current().rounded(amount, 2)).orElse("");
  }

  private void number(String header, Function<ReportRow, String> value) {
    columns.add(new ReportColumn(header, false, value));
  }
}
