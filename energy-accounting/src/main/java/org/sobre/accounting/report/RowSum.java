package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.Granularity;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.store.QualitySums;

/** What a row adds up from. */
final class RowSum {

  private static final BigDecimal MICROJOULES_PER_KILOWATT_HOUR = new BigDecimal("3600000000000");
  private static final BigDecimal MICROJOULES_PER_JOULE = new BigDecimal("1000000");
  private static final BigDecimal BILLIONTH_MILLIS_PER_HOUR = new BigDecimal("3600000000000000");
  private static final BigDecimal MILLIS_PER_SECOND = new BigDecimal("1000");
  private static final MathContext RATE = new MathContext(6, RoundingMode.HALF_UP);

  private final Set<Integer> jobs = new HashSet<>();
  private final Set<Integer> measuredJobs = new HashSet<>();
  private final Set<String> missing = new TreeSet<>();
  private final Set<String> units = new HashSet<>();
  private final EnergyOverTime drawn = new EnergyOverTime();
  private QualitySums energy = QualitySums.ZERO;
  private BigInteger gpuBillionthMillis = BigInteger.ZERO;
  private long dueMillis;
  private long observedMillis;
  private long items;
  private BigInteger itemMicrojoules = BigInteger.ZERO;
  private long itemMillis;
  private OptionalLong tokensIn = OptionalLong.empty();
  private OptionalLong tokensOut = OptionalLong.empty();

  void add(int job, RunInPeriod run, EnergyOverTime when, Optional<DeclaredWork> work) {
    jobs.add(job);
    missing.addAll(run.missing());
    if (run.isMeasured()) {
      measuredJobs.add(job);
    }
    energy = energy.plus(run.energy());
    drawn.add(when);
    gpuBillionthMillis = gpuBillionthMillis.add(run.gpuBillionthMillis());
    dueMillis = Math.addExact(dueMillis, run.dueMillis());
    observedMillis = Math.addExact(observedMillis, run.observedMillis());
    work.ifPresent(this::add);
  }

  private void add(DeclaredWork work) {
    tokensIn = plus(tokensIn, work.tokensIn());
    tokensOut = plus(tokensOut, work.tokensOut());
    Long declared = work.items();
    if (declared != null && work.unit().isPresent()) {
      units.add(work.unit().get());
      items = Math.addExact(items, declared);
      itemMicrojoules = itemMicrojoules.add(work.microjoules());
      itemMillis = Math.addExact(itemMillis, work.elapsedMillis());
    }
  }

  ReportRow row(Map<ReportKey, String> keys, PeriodFactors factors) {
    Optional<BigDecimal> kilowattHours =
        isMeasured() ? Optional.of(kilowattHours(energy.total())) : Optional.empty();
    Optional<String> unit =
        units.size() == 1 ? Optional.of(units.iterator().next()) : Optional.empty();
    Optional<BigDecimal> perSecond =
        unit.flatMap(name -> rate(new BigDecimal(itemMillis).divide(MILLIS_PER_SECOND, RATE)));
    return new ReportRow(
        keys,
        jobs.size(),
        new BigDecimal(gpuBillionthMillis)
            .divide(BILLIONTH_MILLIS_PER_HOUR, 6, RoundingMode.HALF_UP),
        energy,
        kilowattHours,
        kilowattHours.flatMap(any -> factors.gramsCo2e(drawn)).map(RowSum::rounded),
        kilowattHours.flatMap(any -> factors.euros(drawn)).map(RowSum::rounded),
        coverage(),
        unit.isPresent() ? OptionalLong.of(items) : OptionalLong.empty(),
        unit,
        tokensIn,
        tokensOut,
        perSecond,
        unit.flatMap(name -> rate(new BigDecimal(itemMicrojoules).divide(MICROJOULES_PER_JOULE))),
        perSecond.flatMap(
            speed ->
                itemEuros(factors)
                    .filter(euros -> euros.signum() > 0)
                    .map(euros -> speed.divide(euros, RATE))));
  }

  /** Of the whole runs: where prices change, at the mean price of what the row drew. */
  private Optional<BigDecimal> itemEuros(PeriodFactors factors) {
    if (factors.granularity() == Granularity.CONSTANT) {
      Instant any = factors.begins().first();
      return factors.euros(EnergyOverTime.of(any, itemMicrojoules)).map(RowSum::rounded);
    }
    return factors
        .euros(drawn)
        .filter(euros -> drawn.total().signum() > 0)
        .map(
            euros ->
                euros
                    .multiply(new BigDecimal(itemMicrojoules))
                    .divide(new BigDecimal(drawn.total()), MathContext.DECIMAL128))
        .map(RowSum::rounded);
  }

  private static BigDecimal rounded(BigDecimal amount) {
    return amount.setScale(6, RoundingMode.HALF_UP);
  }

  /** When its energy was drawn. */
  EnergyOverTime drawn() {
    return drawn;
  }

  /** Zero is known of no job at all, and of jobs whose meters were observed. */
  private boolean isMeasured() {
    return jobs.isEmpty() || !measuredJobs.isEmpty();
  }

  Unmeasured unmeasured() {
    return new Unmeasured(jobs.size() - measuredJobs.size(), List.copyOf(missing));
  }

  static BigDecimal kilowattHours(BigInteger microjoules) {
    return new BigDecimal(microjoules)
        .divide(MICROJOULES_PER_KILOWATT_HOUR, 9, RoundingMode.HALF_UP);
  }

  private Optional<BigDecimal> coverage() {
    return dueMillis == 0
        ? Optional.empty()
        : Optional.of(
            BigDecimal.valueOf(observedMillis)
                .divide(BigDecimal.valueOf(dueMillis), 4, RoundingMode.DOWN));
  }

  private Optional<BigDecimal> rate(BigDecimal per) {
    return per.signum() == 0
        ? Optional.empty()
        : Optional.of(BigDecimal.valueOf(items).divide(per, RATE));
  }

  private static OptionalLong plus(OptionalLong sum, @Nullable Long more) {
    return more == null ? sum : OptionalLong.of(Math.addExact(sum.orElse(0), more));
  }
}
