package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.sobre.accounting.factors.HardwareAmount;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.store.QualitySums;

/**
 * What a report can say of a row: its columns in CSV, in this order, and what {@code --columns}
 * names. docs/reports.md says what each number is.
 */
public enum ReportField {
  JOBS("jobs", row -> whole(OptionalLong.of(row.jobs()))),
  GPU_HOURS("gpuHours", row -> plain(Optional.of(row.gpuHours()))),
  ENERGY("energyKWh", row -> plain(row.energyKilowattHours())),
  CO2E("co2eGrams", row -> plain(row.co2eGrams())),
  COST("costEuro", row -> plain(row.costEuro())),
  COVERAGE("coverage", row -> plain(row.coverage())),
  ITEMS("items", row -> whole(row.items())),
  ITEM_UNIT("itemUnit", ReportRow::itemUnit),
  TOKENS_IN("tokensIn", row -> whole(row.tokensIn())),
  TOKENS_OUT("tokensOut", row -> whole(row.tokensOut())),
  ITEMS_PER_SECOND("itemsPerSecond", row -> plain(row.itemRates().perSecond())),
  ITEMS_PER_JOULE("itemsPerJoule", row -> plain(row.itemRates().perJoule())),
  ITEMS_PER_SECOND_PER_EURO(
      "itemsPerSecondPerEuro", row -> plain(row.itemRates().perSecondPerEuro())),
  ITEMS_PER_EURO("itemsPerEuro", row -> plain(row.itemRates().perEuro())),
  TOKENS_PER_SECOND("tokensPerSecond", row -> plain(row.tokenRates().perSecond())),
  TOKENS_PER_JOULE("tokensPerJoule", row -> plain(row.tokenRates().perJoule())),
  TOKENS_PER_EURO("tokensPerEuro", row -> plain(row.tokenRates().perEuro())),
  EURO_PER_MILLION_TOKENS("euroPerMillionTokens", row -> plain(row.tokenRates().euroPerMillion())),
  IDLE("idleShare", row -> plain(row.idleShare())),
  COUNTER("counterKWh", row -> quality(row, QualitySums::counter)),
  SAMPLED("sampledKWh", row -> quality(row, QualitySums::sampled)),
  MODELLED("modelledKWh", row -> quality(row, QualitySums::modelled)),
  ALLOCATED_ENERGY(
      "allocatedEnergyKWh",
      row -> plain(row.allocated().map(share -> RowSum.kilowattHours(share.energy().total())))),
  ALLOCATED_CO2E(
      "allocatedCo2eGrams",
      row -> plain(row.allocated().flatMap(AllocatedShare::co2eGrams).map(RowSum::rounded))),
  ALLOCATED_COST(
      "allocatedCostEuro",
      row -> plain(row.allocated().flatMap(AllocatedShare::costEuro).map(RowSum::rounded))),
  EMBODIED("embodiedKgCo2e", row -> plain(embodied(row))),
  RENTAL("rentalEuro", row -> plain(amount(row, HardwareUse::rental))),
  HARDWARE("hardwareEuro", row -> plain(amount(row, HardwareUse::purchase))),
  EMBODIED_UNCERTAINTY("embodiedUncertaintyKgCo2e", row -> plain(embodiedUncertainty(row)));

  /** Those that have to be asked for: they take a look at each run. */
  public static final Set<ReportField> OF_HARDWARE =
      EnumSet.of(EMBODIED, RENTAL, HARDWARE, EMBODIED_UNCERTAINTY);

  private static final BigDecimal GRAMS_PER_KILOGRAM = new BigDecimal(1000);

  private final String jsonName;

  @SuppressWarnings("ImmutableEnumChecker") // the functions above hold nothing
  private final Function<ReportRow, Optional<String>> text;

  ReportField(String jsonName, Function<ReportRow, Optional<String>> text) {
    this.jsonName = jsonName;
    this.text = text;
  }

  public String jsonName() {
    return jsonName;
  }

  public static Optional<ReportField> ofJsonName(String name) {
    return Arrays.stream(values()).filter(field -> field.jsonName.equals(name)).findFirst();
  }

  /** Every field but those that have to be asked for. */
  public static List<ReportField> usual() {
    return Arrays.stream(values()).filter(field -> !OF_HARDWARE.contains(field)).toList();
  }

  /** For programs: a number with a decimal point, or a name; absent where it is not known. */
  Optional<String> text(ReportRow row) {
    return text.apply(row);
  }

  /** Whether it is a number; else a name that a user chose. */
  boolean isNumber() {
    return this != ITEM_UNIT;
  }

  static Optional<BigDecimal> embodied(ReportRow row) {
    return kilograms(row.hardware().flatMap(use -> use.embodied().amount()));
  }

  /** Up and down. */
  static Optional<BigDecimal> embodiedUncertainty(ReportRow row) {
    return kilograms(row.hardware().flatMap(use -> use.embodied().uncertainty()));
  }

  private static Optional<BigDecimal> kilograms(Optional<BigDecimal> grams) {
    return grams.map(some -> RowSum.rounded(some.divide(GRAMS_PER_KILOGRAM)));
  }

  /** Of what a row's GPU hours took, in its own unit. */
  static Optional<BigDecimal> amount(ReportRow row, Function<HardwareUse, HardwareAmount> of) {
    return row.hardware().flatMap(use -> of.apply(use).amount()).map(RowSum::rounded);
  }

  private static Optional<String> quality(ReportRow row, Function<QualitySums, BigInteger> of) {
    return plain(
        row.energyKilowattHours().map(known -> RowSum.kilowattHours(of.apply(row.energy()))));
  }

  private static Optional<String> plain(Optional<BigDecimal> value) {
    return value.map(BigDecimal::toPlainString);
  }

  private static Optional<String> whole(OptionalLong value) {
    return value.isPresent() ? Optional.of(Long.toString(value.getAsLong())) : Optional.empty();
  }
}
