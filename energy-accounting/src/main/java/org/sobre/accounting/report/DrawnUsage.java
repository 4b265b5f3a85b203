package org.sobre.accounting.report;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageFilter;
import org.sobre.accounting.store.UsageKey;
import org.sobre.accounting.store.UsageQueries;
import org.sobre.accounting.store.UsageRow;
import org.sobre.accounting.store.UsageSum;

/** Asks the store, once more for each time in a period between two changes of factors. */
final class DrawnUsage {

  private final UsageQueries queries;
  private final PeriodFactors factors;

  DrawnUsage(UsageQueries queries, PeriodFactors factors) {
    this.queries = queries;
    this.factors = factors;
  }

  /** By the names of the keys. */
  Map<List<String>, DrawnSum> of(List<UsageKey> keys, UsageFilter filter, Period period)
      throws SQLException {
    Map<List<String>, UsageSum> sums = sums(keys, filter, period);
    Map<List<String>, EnergyOverTime> drawn = new HashMap<>();
    List<Period> spans = spans(period, factors);
    for (Period span : spans) {
      Instant begin = span.since().orElseGet(() -> factors.begins().first());
      (spans.size() == 1 ? sums : sums(keys, filter, span))
          .forEach(
              (names, sum) ->
                  drawn
                      .computeIfAbsent(names, absent -> new EnergyOverTime())
                      .add(begin, sum.energy().total()));
    }
    Map<List<String>, DrawnSum> usage = new HashMap<>();
    sums.forEach(
        (names, sum) ->
            usage.put(names, new DrawnSum(sum, drawn.getOrDefault(names, new EnergyOverTime()))));
    return usage;
  }

  private Map<List<String>, UsageSum> sums(List<UsageKey> keys, UsageFilter filter, Period period)
      throws SQLException {
    Map<List<String>, UsageSum> sums = new HashMap<>();
    for (UsageRow row : queries.usage(keys, filter, period)) {
      sums.merge(row.names(), row.sum(), UsageSum::plus);
    }
    return sums;
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
