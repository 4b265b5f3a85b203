package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.labs.ReservedShares;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.QualitySums;
import org.sobre.accounting.store.UsageQueries;

/**
 * Shares out what no job pays, month by month, in proportion to the device-time that was due of
 * each row's runs in it. By months, so that the months of a lab add up to its year.
 */
final class Allocation {

  /** After all names of rows. */
  private static final String OTHERS = "others";

  private final UsageQueries queries;
  private final RowUsage all;
  private final RowUsage chosen;
  private final ReportRequest request;
  private final PeriodFactors factors;
  private final Map<Map<ReportKey, String>, AllocatedShare> shares = new HashMap<>();
  private QualitySums shared = QualitySums.ZERO;
  private QualitySums left = QualitySums.ZERO;

  /** What no job pays of a month. */
  private record Amount(
      QualitySums energy, Optional<BigDecimal> grams, Optional<BigDecimal> euros) {}

  /**
   * @param all usage whatever jobs were asked for
   * @param chosen usage of those
   */
  Allocation(
      UsageQueries queries,
      RowUsage all,
      RowUsage chosen,
      ReportRequest request,
      PeriodFactors factors) {
    this.queries = queries;
    this.all = all;
    this.chosen = chosen;
    this.request = request;
    this.factors = factors;
  }

  void add(Period extent) throws SQLException {
    for (Period month : request.months(extent)) {
      Amount amount = amount(month);
      Map<Map<ReportKey, String>, BigInteger> reserved = reserved(month, extent);
      BigInteger whole = dueMillis(all, month);
      if (whole.signum() == 0) {
        left = left.plus(amount.energy());
      } else {
        shared = shared.plus(amount.energy());
        share(amount, reserved, whole);
      }
    }
  }

  /** By the names of rows; those of a row that has none are absent. */
  Map<Map<ReportKey, String>, AllocatedShare> shares() {
    return shares;
  }

  Allocated outcome() {
    return new Allocated(shared, left);
  }

  private Map<Map<ReportKey, String>, BigInteger> reserved(Period month, Period extent)
      throws SQLException {
    Map<Map<ReportKey, String>, BigInteger> reserved = new LinkedHashMap<>();
    List<Period> parts =
        request.by().contains(ReportKey.DAY) ? request.within(month).days(extent) : List.of(month);
    for (Period part : parts) {
      chosen
          .rows(request.keysOfRuns(), part)
          .forEach(
              (names, sum) ->
                  reserved.merge(
                      request.names(names, part),
                      BigInteger.valueOf(sum.sum().dueMillis()),
                      BigInteger::add));
    }
    return reserved;
  }

  private static BigInteger dueMillis(RowUsage usage, Period month) throws SQLException {
    return usage.rows(List.of(), month).values().stream()
        .map(sum -> BigInteger.valueOf(sum.sum().dueMillis()))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private Amount amount(Period month) throws SQLException {
    EnergyOverTime drawn = new EnergyOverTime();
    QualitySums energy = QualitySums.ZERO;
    for (Period span : DrawnUsage.spans(month, factors)) {
      Metered metered = queries.metered(span);
      QualitySums unpaid = metered.platform().plus(metered.outsideSlurm()).plus(metered.unknown());
      Instant begin = span.since().orElseGet(() -> factors.begins().first());
      drawn.add(begin, unpaid.total());
      energy = energy.plus(unpaid);
    }
    return new Amount(energy, factors.gramsCo2e(drawn), factors.euros(drawn));
  }

  private void share(
      Amount amount, Map<Map<ReportKey, String>, BigInteger> reserved, BigInteger whole) {
    Map<String, Map<ReportKey, String>> rows = new TreeMap<>();
    Map<String, BigInteger> parts = new TreeMap<>();
    BigInteger rest = whole;
    for (Map<ReportKey, String> row : RowOrder.sorted(reserved.keySet())) {
      String name = String.format(Locale.ROOT, "%09d", rows.size());
      BigInteger part = reserved.getOrDefault(row, BigInteger.ZERO);
      rows.put(name, row);
      parts.put(name, part);
      rest = rest.subtract(part);
    }
    parts.put(OTHERS, rest);
    Map<String, BigInteger> counter = parts(amount.energy(), QualitySums::counter, parts);
    Map<String, BigInteger> sampled = parts(amount.energy(), QualitySums::sampled, parts);
    Map<String, BigInteger> modelled = parts(amount.energy(), QualitySums::modelled, parts);
    rows.forEach(
        (name, row) -> {
          QualitySums energy =
              new QualitySums(
                  counter.getOrDefault(name, BigInteger.ZERO),
                  sampled.getOrDefault(name, BigInteger.ZERO),
                  modelled.getOrDefault(name, BigInteger.ZERO));
          BigInteger part = parts.getOrDefault(name, BigInteger.ZERO);
          shares.merge(
              row,
              new AllocatedShare(
                  energy, part(amount.grams(), part, whole), part(amount.euros(), part, whole)),
              AllocatedShare::plus);
        });
  }

  private static Map<String, BigInteger> parts(
      QualitySums energy, Function<QualitySums, BigInteger> quality, Map<String, BigInteger> of) {
    return ReservedShares.of(quality.apply(energy), of).orElse(Map.of());
  }

  private static Optional<BigDecimal> part(
      Optional<BigDecimal> amount, BigInteger part, BigInteger whole) {
    return amount.map(
        all ->
            all.multiply(new BigDecimal(part))
                .divide(new BigDecimal(whole), MathContext.DECIMAL128));
  }
}
