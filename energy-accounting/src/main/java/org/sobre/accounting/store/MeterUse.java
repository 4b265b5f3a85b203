package org.sobre.accounting.store;

import java.util.Optional;

/**
 * A run on one meter. Shares are those of balances within a period; the others are of the whole
 * run.
 *
 * @param part as the ledger names it
 * @param inPeriod shares of the balances that begin within the period
 * @param observedInPeriodMillis as {@code inPeriod}
 * @param balanced shares of all balances
 * @param told what the job line says; zero until it is there
 * @param missing why the meter gave nothing, or nothing for a part of the time
 * @param fractionBillionths of a GPU, what of it was the run's while its job line is not there: on
 *     the mean of the balances within the period, or of all where there are none; 1000000000 where
 *     it had it whole
 */
public record MeterUse(
    String part,
    String device,
    QualitySums inPeriod,
    long observedInPeriodMillis,
    QualitySums balanced,
    long observedBalancedMillis,
    QualitySums told,
    long observedToldMillis,
    Optional<String> missing,
    long fractionBillionths) {

  /** What the job line tells and no balance yet holds: the hour it ended in is still open. */
  public QualitySums ahead() {
    return told.beyond(balanced);
  }

  public long observedAheadMillis() {
    return Math.max(0, observedToldMillis - observedBalancedMillis);
  }

  /** The whole run, as far as known. */
  public QualitySums whole() {
    return balanced.plus(ahead());
  }
}
