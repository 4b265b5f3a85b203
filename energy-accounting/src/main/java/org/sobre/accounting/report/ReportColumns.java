package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/**
 * Which columns a report has for people, in their language; those that nothing is in are left out,
 * unless they were asked for.
 */
public final class ReportColumns {

  private static final Messages MESSAGES = Messages.of(ReportColumns.class);
  private static final BigDecimal JOULES_PER_KILOJOULE = new BigDecimal(1000);

  private static final BigDecimal NO_HUNDREDTHS_FROM = new BigDecimal(1000);

  /** In any table. */
  private static final List<ReportField> LEAST =
      List.of(
          ReportField.JOBS,
          ReportField.GPU_HOURS,
          ReportField.ENERGY,
          ReportField.CO2E,
          ReportField.COST,
          ReportField.ALLOCATED_ENERGY,
          ReportField.ALLOCATED_COST,
          ReportField.COVERAGE);

  /** Where there is room. */
  private static final List<ReportField> WORK =
      List.of(
          ReportField.ITEMS,
          ReportField.ITEMS_PER_SECOND,
          ReportField.ITEMS_PER_JOULE,
          ReportField.TOKENS_PER_SECOND,
          ReportField.TOKENS_PER_JOULE);

  /** Where there is more. */
  private static final List<ReportField> MOST =
      List.of(
          ReportField.IDLE,
          ReportField.ITEMS_PER_EURO,
          ReportField.EURO_PER_MILLION_TOKENS,
          ReportField.EMBODIED,
          ReportField.HARDWARE,
          ReportField.RENTAL);

  private final Report report;
  private final EnergyUnit unit;
  private final List<ReportColumn> columns = new ArrayList<>();

  private ReportColumns(Report report) {
    this.report = report;
    this.unit = EnergyUnit.of(report.totals().energy().total());
  }

  /** How much a table shows of what nobody asked for by name. */
  public enum Breadth {
    LEAST,
    WORK,
    ALL
  }

  /** Those that were asked for; if none was, as many as the breadth has. */
  public static List<ReportColumn> of(Report report, Breadth breadth) {
    ReportColumns columns = new ReportColumns(report);
    columns.keys();
    List<ReportField> asked = report.request().fields();
    if (asked.isEmpty()) {
      fields(breadth).forEach(columns::addIfAny);
    } else {
      asked.forEach(columns::add);
    }
    return columns.columns;
  }

  private static List<ReportField> fields(Breadth breadth) {
    List<ReportField> fields = new ArrayList<>(LEAST);
    if (breadth != Breadth.LEAST) {
      fields.addAll(WORK);
    }
    if (breadth == Breadth.ALL) {
      fields.addAll(MOST);
    }
    return fields;
  }

  /** What the rows' first column says of the totals. */
  public static String total() {
    return MESSAGES.text("column.total");
  }

  static String heading(ReportKey key) {
    return MESSAGES.text("key." + key.jsonName());
  }

  private void keys() {
    for (ReportKey key : report.request().by()) {
      columns.add(new ReportColumn(heading(key), true, row -> row.keys().getOrDefault(key, "")));
    }
  }

  /** A column that lacks a factor's value stays, empty where that was needed. */
  private void addIfAny(ReportField field) {
    boolean stays =
        switch (field) {
          case JOBS, GPU_HOURS, ENERGY, COVERAGE -> true;
          case CO2E -> report.factors().hasNoGrid() || report.factors().lacks(Factors.GRID);
          case COST -> report.factors().lacks(Factors.PRICE);
          default -> false;
        };
    if (stays || report.rows().stream().anyMatch(row -> field.text(row).isPresent())) {
      add(field);
    }
  }

  private void add(ReportField field) {
    String header =
        switch (field) {
          case ENERGY -> unit.symbol();
          case ALLOCATED_ENERGY, COUNTER, SAMPLED, MODELLED ->
              MESSAGES.text("column." + field.jsonName(), unit.symbol());
          default -> MESSAGES.text("column." + field.jsonName());
        };
    columns.add(new ReportColumn(header, false, cell(field)));
  }

  private Function<ReportRow, String> cell(ReportField field) {
    return switch (field) {
      case JOBS, ITEM_UNIT, TOKENS_IN, TOKENS_OUT -> row -> field.text(row).orElse("");
      case GPU_HOURS -> row -> Language.current().rounded(row.gpuHours(), 2);
      case ENERGY -> row -> energy(row, row.energy().total());
      case COUNTER -> row -> energy(row, row.energy().counter());
      case SAMPLED -> row -> energy(row, row.energy().sampled());
      case MODELLED -> row -> energy(row, row.energy().modelled());
      case CO2E ->
          report.factors().hasNoGrid()
              ? row -> MESSAGES.text("cell.noFactor")
              : row -> two(row.co2eGrams());
      case COST -> row -> two(row.costEuro());
      case COVERAGE -> row -> row.coverage().map(Footnotes::coverage).orElse("");
      case IDLE -> row -> row.idleShare().map(Footnotes::percent).orElse("");
      case ITEMS -> ReportColumns::items;
      case ITEMS_PER_SECOND -> row -> rate(row.itemRates().perSecond());
      case ITEMS_PER_JOULE -> row -> rate(perKilojoule(row.itemRates()));
      case ITEMS_PER_SECOND_PER_EURO -> row -> rate(row.itemRates().perSecondPerEuro());
      case ITEMS_PER_EURO -> row -> rate(row.itemRates().perEuro());
      case TOKENS_PER_SECOND -> row -> rate(row.tokenRates().perSecond());
      case TOKENS_PER_JOULE -> row -> rate(perKilojoule(row.tokenRates()));
      case TOKENS_PER_EURO -> row -> rate(row.tokenRates().perEuro());
      case EURO_PER_MILLION_TOKENS -> row -> two(row.tokenRates().euroPerMillion());
      case ALLOCATED_ENERGY -> this::allocated;
      case ALLOCATED_CO2E -> row -> two(row.allocated().flatMap(AllocatedShare::co2eGrams));
      case ALLOCATED_COST -> row -> two(row.allocated().flatMap(AllocatedShare::costEuro));
      case EMBODIED -> ReportColumns::embodied;
      case EMBODIED_UNCERTAINTY -> row -> two(ReportField.embodiedUncertainty(row));
      case HARDWARE -> row -> two(ReportField.amount(row, HardwareUse::purchase));
      case RENTAL -> row -> two(ReportField.amount(row, HardwareUse::rental));
    };
  }

  private String energy(ReportRow row, BigInteger microjoules) {
    return row.energyKilowattHours().isPresent()
        ? Language.current().rounded(unit.amount(microjoules), 3)
        : "";
  }

  private String allocated(ReportRow row) {
    return row.allocated()
        .map(share -> Language.current().rounded(unit.amount(share.energy().total()), 3))
        .orElse("");
  }

  private static String items(ReportRow row) {
    return row.items().isPresent() ? row.items().getAsLong() + " " + row.itemUnit().orElse("") : "";
  }

  private static String embodied(ReportRow row) {
    String uncertainty =
        ReportField.embodiedUncertainty(row)
            .map(some -> " ± " + Language.current().rounded(some, 2))
            .orElse("");
    return two(ReportField.embodied(row)) + uncertainty;
  }

  private static Optional<BigDecimal> perKilojoule(WorkRates rates) {
    return rates.perJoule().map(JOULES_PER_KILOJOULE::multiply);
  }

  /** A declared count per something: of thousands nobody needs hundredths. */
  private static String rate(Optional<BigDecimal> value) {
    return value
        .map(
            rate ->
                Language.current().rounded(rate, rate.compareTo(NO_HUNDREDTHS_FROM) < 0 ? 2 : 0))
        .orElse("");
  }

  private static String two(Optional<BigDecimal> value) {
    return value.map(amount -> Language.current().rounded(amount, 2)).orElse("");
  }
}
