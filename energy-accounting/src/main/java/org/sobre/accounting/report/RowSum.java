package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.UsageSum;

/** A row from what its runs add up to. */
final class RowSum {

  private static final BigDecimal MICROJOULES_PER_KILOWATT_HOUR = new BigDecimal("3600000000000");
  private static final BigDecimal MICROJOULES_PER_JOULE = new BigDecimal("1000000");
  private static final BigDecimal BILLIONTH_MILLIS_PER_HOUR = new BigDecimal("3600000000000000");
  private static final BigDecimal MILLIS_PER_SECOND = new BigDecimal("1000");
  private static final MathContext RATE = new MathContext(6, RoundingMode.HALF_UP);

  private RowSum() {}

  static ReportRow row(Map<ReportKey, String> keys, UsageSum sum, Factors factors) {
    Optional<BigDecimal> kilowattHours =
        isMeasured(sum) ? Optional.of(kilowattHours(sum.energy().total())) : Optional.empty();
    Map<String, UsageSum.Work> byUnit = sum.work();
    Optional<String> unit =
        byUnit.size() == 1 ? byUnit.keySet().stream().findFirst() : Optional.empty();
    Optional<UsageSum.Work> work = unit.map(byUnit::get);
    Optional<BigDecimal> perSecond =
        work.flatMap(
            done -> rate(done, BigDecimal.valueOf(done.millis()).divide(MILLIS_PER_SECOND, RATE)));
    return new ReportRow(
        keys,
        sum.jobs(),
        new BigDecimal(sum.gpuBillionthMillis())
            .divide(BILLIONTH_MILLIS_PER_HOUR, 6, RoundingMode.HALF_UP),
        sum.energy(),
        kilowattHours,
        kilowattHours.flatMap(factors::gramsCo2e),
        kilowattHours.flatMap(factors::euros),
        coverage(sum),
        work.isPresent() ? OptionalLong.of(work.get().items()) : OptionalLong.empty(),
        unit,
        sum.tokensIn(),
        sum.tokensOut(),
        perSecond,
        work.flatMap(
            done -> rate(done, new BigDecimal(done.microjoules()).divide(MICROJOULES_PER_JOULE))),
        perSecond.flatMap(
            speed -> work.flatMap(done -> perEuro(speed, done.microjoules(), factors))));
  }

  private static Optional<BigDecimal> perEuro(
      BigDecimal speed, BigInteger microjoules, Factors factors) {
    return factors
        .euros(kilowattHours(microjoules))
        .filter(euros -> euros.signum() > 0)
        .map(euros -> speed.divide(euros, RATE));
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

  private static Optional<BigDecimal> rate(UsageSum.Work done, BigDecimal per) {
    return per.signum() == 0
        ? Optional.empty()
        : Optional.of(BigDecimal.valueOf(done.items()).divide(per, RATE));
  }
}
