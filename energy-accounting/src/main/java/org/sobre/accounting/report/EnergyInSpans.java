package org.sobre.accounting.report;

import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.store.MeterUse;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.RunRecord;
import org.sobre.accounting.store.UsageQueries;

/** When, between changes of factors, each run drew its energy of a part of a report's period. */
final class EnergyInSpans {

  private final Map<Period, Map<Long, List<MeterUse>>> spans = new LinkedHashMap<>();

  private final Instant first;

  private EnergyInSpans(Instant first) {
    this.first = first;
  }

  /**
   * @param whole what the runs used in the part
   */
  static EnergyInSpans of(
      UsageQueries queries, PeriodFactors factors, Period part, Map<Long, List<MeterUse>> whole)
      throws SQLException {
    EnergyInSpans energy = new EnergyInSpans(factors.begins().first());
    NavigableSet<Instant> begins = factors.begins();
    Optional<Instant> begin = part.since();
    for (Instant next : begins) {
      boolean inside =
          begin.map(next::isAfter).orElse(!next.equals(begins.first()))
              && part.until().map(next::isBefore).orElse(true);
      if (inside) {
        Period span = new Period(begin, Optional.of(next));
        energy.spans.put(span, queries.uses(span));
        begin = Optional.of(next);
      }
    }
    Period last = new Period(begin, part.until());
    energy.spans.put(last, last.equals(part) ? whole : queries.uses(last));
    return energy;
  }

  EnergyOverTime drawn(RunRecord run) {
    EnergyOverTime drawn = new EnergyOverTime();
    spans.forEach(
        (span, uses) -> {
          if (RunInPeriod.isSeen(run, span)) {
            RunInPeriod use = new RunInPeriod(run, uses.getOrDefault(run.id(), List.of()), span);
            drawn.add(span.since().orElse(first), use.energy().total());
          }
        });
    return drawn;
  }
}
