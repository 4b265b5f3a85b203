package org.sobre.accounting.report;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.MeterUse;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.RunRecord;
import org.sobre.accounting.store.UsageQueries;

/** Makes a report from the store: see docs/reports.md for what each number is. */
public final class ReportBuilder {

  private final UsageQueries queries;
  private final ReportRequest request;
  private final PeriodFactors factors;
  private final Map<List<String>, RowSum> sums = new HashMap<>();
  private final RowSum total = new RowSum();

  private ReportBuilder(UsageQueries queries, ReportRequest request, PeriodFactors factors) {
    this.queries = queries;
    this.request = request;
    this.factors = factors;
  }

  /**
   * @throws IOException if the store cannot be read
   */
  public static Report build(AccountingStore store, ReportRequest request, Factors factors)
      throws IOException {
    return store.read(
        connection -> {
          try (UsageQueries queries = new UsageQueries(connection)) {
            Period bounds = request.bounds(queries.extent().orElse(Period.ALL));
            PeriodFactors applied =
                new PeriodFactors(
                    factors,
                    request.zone(),
                    bounds.since().orElseThrow(),
                    bounds.until().orElseThrow());
            return new ReportBuilder(queries, request, applied).build();
          }
        });
  }

  private Report build() throws SQLException {
    List<RunRecord> runs = queries.runs(request.period());
    Map<Long, Integer> jobs = JobIdentity.of(runs);
    Map<Long, List<MeterUse>> uses = queries.uses(request.period());
    Map<Long, DeclaredWork> work = DeclaredWork.of(runs, jobs, uses);
    Map<Integer, String> users = queries.userNames();
    RowNames names = new RowNames(users, request);
    for (Period part : parts()) {
      Map<Long, List<MeterUse>> usesOfPart =
          part.equals(request.period()) ? uses : queries.uses(part);
      EnergyInSpans spans = EnergyInSpans.of(queries, factors, part, usesOfPart);
      for (RunRecord run : runs) {
        if (RunInPeriod.isSeen(run, part)) {
          RunInPeriod use =
              new RunInPeriod(run, usesOfPart.getOrDefault(run.id(), List.of()), part);
          add(names, use, spans.drawn(run), jobs.getOrDefault(run.id(), -1), work);
        }
      }
    }
    Metered metered = queries.metered(request.period());
    return new Report(
        request,
        rows(),
        total.row(Map.of(), factors),
        total.unmeasured(),
        metered,
        outsideSlurm(metered, users),
        queries.containing(request.period()),
        factors.applied(total.drawn()));
  }

  private static List<OutsideUser> outsideSlurm(Metered metered, Map<Integer, String> users) {
    return metered.outsideSlurmByUid().entrySet().stream()
        .map(
            use ->
                new OutsideUser(
                    use.getKey(), Optional.ofNullable(users.get(use.getKey())), use.getValue()))
        .toList();
  }

  private List<Period> parts() throws SQLException {
    Optional<Period> extent = queries.extent();
    return extent.isEmpty() && request.by().contains(ReportKey.MONTH)
        ? List.of()
        : request.parts(extent.orElse(Period.ALL));
  }

  private void add(
      RowNames names,
      RunInPeriod use,
      EnergyOverTime drawn,
      int job,
      Map<Long, DeclaredWork> work) {
    List<String> row = new ArrayList<>();
    for (ReportKey key : request.by()) {
      row.add(key == ReportKey.MONTH ? month(use.period()) : names.name(key, use));
    }
    Optional<DeclaredWork> done =
        use.endsHere() ? Optional.ofNullable(work.get(use.run().id())) : Optional.empty();
    sums.computeIfAbsent(row, keys -> new RowSum()).add(job, use, drawn, done);
    total.add(job, use, drawn, done);
  }

  private String month(Period period) {
    Instant since = period.since().orElseThrow();
    return YearMonth.from(since.atZone(request.zone())).toString();
  }

  private List<ReportRow> rows() {
    Comparator<List<String>> order =
        Comparator.comparing(
            keys -> keys.stream().map(RowNames::sortable).collect(Collectors.joining("\n")));
    return sums.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(order))
        .map(entry -> entry.getValue().row(keys(entry.getKey()), factors))
        .toList();
  }

  private Map<ReportKey, String> keys(List<String> row) {
    Map<ReportKey, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      keys.put(request.by().get(i), row.get(i));
    }
    return keys;
  }
}
