package org.sobre.accounting.report;

import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.store.DeclaredDrawn;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageFilter;
import org.sobre.accounting.store.UsageKey;
import org.sobre.accounting.store.UsageQueries;
import org.sobre.accounting.store.UsageRow;

/** Asks the store for usage, and for when its energy was drawn, as finely as factors change. */
final class DrawnUsage {

  private final UsageQueries queries;
  private final PeriodFactors factors;
  private final boolean byHeld;
  private final boolean ofDeclared;

  DrawnUsage(UsageQueries queries, PeriodFactors factors) {
    this(queries, factors, false, factors.priceChanges());
  }

  private DrawnUsage(
      UsageQueries queries, PeriodFactors factors, boolean byHeld, boolean ofDeclared) {
    this.queries = queries;
    this.factors = factors;
    this.byHeld = byHeld;
    this.ofDeclared = ofDeclared;
  }

  /**
   * Of which the runs that held several types of GPU are in rows by what they held of each, and
   * nobody asks when energy was drawn.
   */
  DrawnUsage byHeld() {
    return new DrawnUsage(queries, factors, true, false);
  }

  /** Of which nobody asks for rates of declared work: they take a look at each run. */
  DrawnUsage withoutDeclared() {
    return new DrawnUsage(queries, factors, byHeld, false);
  }

  /** By the names of the keys. */
  Map<List<String>, DrawnSum> of(List<UsageKey> keys, UsageFilter filter, Period period)
      throws SQLException {
    if (byHeld) {
      Map<List<String>, DrawnSum> usage = new HashMap<>();
      for (UsageRow row : queries.usageByHeld(keys, filter, period)) {
        usage.merge(row.names(), new DrawnSum(row.sum(), new EnergyOverTime()), DrawnSum::plus);
      }
      return usage;
    }
    List<Period> spans = spans(period, factors);
    List<Instant> cuts = spans.stream().flatMap(span -> span.since().stream()).toList();
    if (period.since().isPresent()) {
      cuts = cuts.subList(1, cuts.size());
    }
    Map<Instant, Integer> kindOf = new LinkedHashMap<>();
    List<Integer> kinds =
        spans.stream()
            .map(span -> span.since().orElseGet(() -> factors.begins().first()))
            .map(begin -> kind(begin, kindOf))
            .toList();
    Map<List<String>, DrawnSum> usage = new HashMap<>();
    for (UsageRow row : queries.usage(keys, filter, period, cuts, kinds)) {
      EnergyOverTime drawn = overTime(kindOf, row.drawn());
      usage.merge(row.names(), new DrawnSum(row.sum(), drawn), DrawnSum::plus);
    }
    if (ofDeclared && usage.values().stream().anyMatch(DrawnUsage::isOfDeclaredWork)) {
      addDeclared(usage, keys, filter, period);
    }
    return usage;
  }

  /** Times in which all factors are the same are of one kind. */
  private Integer kind(Instant begin, Map<Instant, Integer> kindOf) {
    return kindOf.computeIfAbsent(factors.firstAs(begin), absent -> kindOf.size());
  }

  private static boolean isOfDeclaredWork(DrawnSum of) {
    return !of.sum().work().isEmpty() || of.sum().tokens().isPresent();
  }

  /** Work is of whole runs, so its cost is of all that they drew in the report's time. */
  private void addDeclared(
      Map<List<String>, DrawnSum> usage, List<UsageKey> keys, UsageFilter filter, Period period)
      throws SQLException {
    List<Instant> begins = List.copyOf(factors.begins());
    Period drawn = new Period(Optional.of(begins.get(0)), Optional.empty());
    Map<Instant, Integer> kindOf = new LinkedHashMap<>();
    List<Integer> kinds = begins.stream().map(begin -> kind(begin, kindOf)).toList();
    List<Instant> cuts = begins.subList(1, begins.size());
    for (DeclaredDrawn row : queries.declaredDrawn(keys, filter, period, drawn, cuts, kinds)) {
      EnergyOverTime items = overTime(kindOf, row.items());
      EnergyOverTime tokens = overTime(kindOf, row.tokens());
      usage.computeIfPresent(
          row.names(), (names, sum) -> sum.with(new DrawnSum.Declared(items, tokens)));
    }
  }

  private static EnergyOverTime overTime(
      Map<Instant, Integer> kindOf, List<BigInteger> microjoules) {
    EnergyOverTime energy = new EnergyOverTime();
    kindOf.forEach((begin, kind) -> energy.add(begin, microjoules.get(kind)));
    return energy;
  }

  /** The times in a period in none of which a factor changes. */
  static List<Period> spans(Period period, PeriodFactors factors) {
    List<Period> spans = new ArrayList<>();
    Optional<Instant> begin = period.since();
    for (Instant next : factors.begins()) {
      boolean inside =
          begin.map(next::isAfter).orElse(!next.equals(factors.begins().first()))
              && period.until().map(next::isBefore).orElse(true);
      if (inside) {
        spans.add(new Period(begin, Optional.of(next)));
        begin = Optional.of(next);
      }
    }
    spans.add(new Period(begin, period.until()));
    return spans;
  }
}
