package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.factors.HardwareUse;
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
 * @param idleShare of the energy, what GPUs drew that were held and did nothing, 0 to 1; absent
 *     where none is known
 * @param items declared; absent if none was, or in units that do not add up
 * @param itemRates of the jobs that declared items
 * @param tokenRates of the jobs that declared tokens, of those in and out together
 * @param hardware what its GPU hours took of machines; absent where it was not asked for
 * @param allocated its share of what no job pays; absent where nobody pays that
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
    Optional<BigDecimal> idleShare,
    OptionalLong items,
    Optional<String> itemUnit,
    OptionalLong tokensIn,
    OptionalLong tokensOut,
    WorkRates itemRates,
    WorkRates tokenRates,
    Optional<HardwareUse> hardware,
    Optional<AllocatedShare> allocated) {

  public ReportRow {
    requireNonNull(itemRates, "itemRates");
    requireNonNull(tokenRates, "tokenRates");
    requireNonNull(hardware, "hardware");
    requireNonNull(allocated, "allocated");
  }

  /** Of the jobs that declared items, as the rates below. */
  public Optional<BigDecimal> itemsPerSecond() {
    return itemRates.perSecond();
  }

  public Optional<BigDecimal> itemsPerJoule() {
    return itemRates.perJoule();
  }

  public Optional<BigDecimal> itemsPerSecondPerEuro() {
    return itemRates.perSecondPerEuro();
  }

  /** The same numbers under fewer names. */
  public ReportRow without(ReportKey key) {
    Map<ReportKey, String> others = new LinkedHashMap<>(keys);
    others.remove(key);
    return named(others);
  }

  /** The same numbers under other names. */
  public ReportRow named(Map<ReportKey, String> names) {
    return copy(names, hardware, allocated);
  }

  ReportRow with(Optional<HardwareUse> itsHardware, Optional<AllocatedShare> itsShare) {
    return copy(keys, itsHardware, itsShare);
  }

  private ReportRow copy(
      Map<ReportKey, String> names,
      Optional<HardwareUse> itsHardware,
      Optional<AllocatedShare> itsShare) {
    return new ReportRow(
        names,
        jobs,
        gpuHours,
        energy,
        energyKilowattHours,
        co2eGrams,
        costEuro,
        coverage,
        idleShare,
        items,
        itemUnit,
        tokensIn,
        tokensOut,
        itemRates,
        tokenRates,
        itsHardware,
        itsShare);
  }
}
