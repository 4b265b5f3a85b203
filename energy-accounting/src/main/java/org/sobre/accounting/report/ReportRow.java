package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.store.QualitySums;

/**
 * One row of a report, or its totals.
 *
 * @param keys what names the row, in the order asked for; empty for the totals
 * @param jobs that ran in the period
 * @param gpuHours fraction times held time
 * @param energy of the machines, without the room's overhead
 * @param energyKilowattHours of it, to nine decimals; absent if nothing of its jobs was observed
 * @param co2eGrams absent without a factor or without energy
 * @param costEuro absent without a factor or without energy
 * @param coverage observed device-time over due device-time, 0 to 1; absent if nothing was due
 * @param items declared; absent if none was, or in units that do not add up
 * @param itemsPerSecond of the jobs that declared items, as the rates below
 */
public record ReportRow(
    Map<ReportKey, String> keys,
    long jobs,
    BigDecimal gpuHours,
    QualitySums energy,
    Optional<BigDecimal> energyKilowattHours,
    Optional<BigDecimal> co2eGrams,
    Optional<BigDecimal> costEuro,
    Optional<BigDecimal> coverage,
    OptionalLong items,
    Optional<String> itemUnit,
    OptionalLong tokensIn,
    OptionalLong tokensOut,
    Optional<BigDecimal> itemsPerSecond,
    Optional<BigDecimal> itemsPerJoule,
    Optional<BigDecimal> itemsPerSecondPerEuro) {

  /** The same numbers under fewer names. */
  public ReportRow without(ReportKey key) {
    Map<ReportKey, String> others = new LinkedHashMap<>(keys);
    others.remove(key);
    return named(others);
  }

  /** The same numbers under other names. */
  public ReportRow named(Map<ReportKey, String> names) {
    return new ReportRow(
        names,
        jobs,
        gpuHours,
        energy,
        energyKilowattHours,
        co2eGrams,
        costEuro,
        coverage,
        items,
        itemUnit,
        tokensIn,
        tokensOut,
        itemsPerSecond,
        itemsPerJoule,
        itemsPerSecondPerEuro);
  }
}
