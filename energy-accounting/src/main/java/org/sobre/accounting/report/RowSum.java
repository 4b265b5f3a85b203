package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.store.UsageSum;

/** A row from what its runs add up to. */
final class RowSum {

  private static final BigDecimal MICROJOULES_PER_KILOWATT_HOUR = new BigDecimal("3600000000000");
  private static final BigDecimal MICROJOULES_PER_JOULE = new BigDecimal("1000000");
  private static final BigDecimal BILLIONTH_MILLIS_PER_HOUR = new BigDecimal("3600000000000000");
  private static final BigDecimal MILLIS_PER_SECOND = new BigDecimal("1000");

  private static final MathContext RATE = new MathContext(6, RoundingMode.HALF_UP);

  private RowSum() {}

  static ReportRow row(Map<ReportKey, String> keys, DrawnSum used, PeriodFactors factors) {
    UsageSum sum = used.sum();
    Optional<BigDecimal> kilowattHours =
        isMeasured(sum) ? Optional.of(kilowattHours(sum.energy().total())) : Optional.empty();
    Map<String, UsageSum.Work> byUnit = sum.work();
    Optional<String> unit =
        byUnit.size() == 1 ? byUnit.keySet().stream().findFirst() : Optional.empty();
    Optional<UsageSum.Work> work = unit.map(byUnit::get);
    return new ReportRow(
        keys,
        sum.jobs(),
        gpuHours(sum),
        sum.energy(),
        kilowattHours,
        kilowattHours.flatMap(any -> factors.gramsCo2e(used.drawn())).map(RowSum::rounded),
        kilowattHours.flatMap(any -> factors.euros(used.drawn())).map(RowSum::rounded),
        coverage(sum),
        idleShare(sum),
        work.isPresent() ? OptionalLong.of(work.get().items()) : OptionalLong.empty(),
        unit,
        sum.tokensIn(),
        sum.tokensOut(),
        work.map(done -> rates(done, used.declared().items(), factors)).orElse(WorkRates.NONE),
        sum.tokens()
            .map(done -> rates(done, used.declared().tokens(), factors))
            .orElse(WorkRates.NONE),
        Optional.empty(),
        Optional.empty());
  }

  static BigDecimal gpuHours(UsageSum sum) {
    return new BigDecimal(sum.gpuBillionthMillis())
        .divide(BILLIONTH_MILLIS_PER_HOUR, 6, RoundingMode.HALF_UP);
  }

  private static WorkRates rates(UsageSum.Work done, EnergyOverTime drawn, PeriodFactors factors) {
    return WorkRates.of(
        done.items(),
        BigDecimal.valueOf(done.millis()).divide(MILLIS_PER_SECOND, RATE),
        new BigDecimal(done.microjoules()).divide(MICROJOULES_PER_JOULE),
        workEuros(done.microjoules(), drawn, factors));
  }

  /** Of a row that has none it is not known whether none was looked for. */
  private static Optional<BigDecimal> idleShare(UsageSum sum) {
    BigInteger all = sum.energy().total();
    return sum.idleMicrojoules().signum() == 0 || all.signum() == 0
        ? Optional.empty()
        : Optional.of(
            new BigDecimal(sum.idleMicrojoules())
                .divide(new BigDecimal(all), 4, RoundingMode.HALF_UP));
  }

  /**
   * Of the whole runs that did the work: where prices change, at the mean price of what these very
   * runs drew in the report's time.
   */
  private static Optional<BigDecimal> workEuros(
      BigInteger microjoules, EnergyOverTime drawn, PeriodFactors factors) {
    if (!factors.priceChanges()) {
      Instant any = factors.begins().first();
      return factors.euros(EnergyOverTime.of(any, microjoules));
    }
    return factors
        .euros(drawn)
        .filter(euros -> drawn.total().signum() > 0)
        .map(
            euros ->
                euros
                    .multiply(new BigDecimal(microjoules))
                    .divide(new BigDecimal(drawn.total()), MathContext.DECIMAL128));
  }

  static BigDecimal rounded(BigDecimal amount) {
    return amount.setScale(6, RoundingMode.HALF_UP);
  }

  /** Zero is known of no job at all, and of jobs whose meters were observed. */
  private static boolean isMeasured(UsageSum sum) {
    return sum.jobs() == 0 || sum.measuredJobs() > 0;
  }

  static BigDecimal kilowattHours(BigInteger microjoules) {
    return new BigDecimal(microjoules)
        .divide(MICROJOULES_PER_KILOWATT_HOUR, 9, RoundingMode.HALF_UP);
  }

  private static Optional<BigDecimal> coverage(UsageSum sum) {
    return sum.dueMillis() == 0
        ? Optional.empty()
        : Optional.of(
            BigDecimal.valueOf(sum.observedMillis())
                .divide(BigDecimal.valueOf(sum.dueMillis()), 4, RoundingMode.DOWN));
  }
}
