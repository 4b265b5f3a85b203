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
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageKey;
import org.sobre.accounting.store.UsageQueries;
import org.sobre.accounting.store.UsageSum;

/** Makes a report from the store: see docs/reports.md for what each number is. */
public final class ReportBuilder {

  private static final String UNNAMED = "(";

  private final UsageQueries queries;
  private final DrawnUsage usage;
  private final ReportRequest request;
  private final PeriodFactors factors;
  private final Period bounds;
  private final Map<List<String>, DrawnSum> sums = new HashMap<>();

  private ReportBuilder(
      UsageQueries queries, ReportRequest request, PeriodFactors factors, Period bounds) {
    this.queries = queries;
    this.usage = new DrawnUsage(queries, factors);
    this.request = request;
    this.factors = factors;
    this.bounds = bounds;
  }

  /**
   * @throws IOException if the store cannot be read
   */
  public static Report build(AccountingStore store, ReportRequest asked, Factors factors)
      throws IOException {
    return store.read(
        connection -> {
          ReportRequest request = asked.withAccountTree(connection);
          try (UsageQueries queries = new UsageQueries(connection)) {
            Period bounds = request.bounds(queries.extent().orElse(Period.ALL));
            PeriodFactors applied =
                new PeriodFactors(
                    factors,
                    request.zone(),
                    bounds.since().orElseThrow(),
                    bounds.until().orElseThrow());
            return new ReportBuilder(queries, request, applied, bounds)
                .build(Uncovered.of(connection, request), Freshness.of(connection));
          }
        });
  }

  private Report build(Uncovered uncovered, Freshness freshness) throws SQLException {
    for (Period part : parts()) {
      addRows(part);
    }
    DrawnSum total =
        usage
            .of(List.of(), request.period())
            .getOrDefault(List.of(), new DrawnSum(UsageSum.none(), new EnergyOverTime()));
    Metered metered = queries.metered(request.period());
    return new Report(
        request,
        rows(),
        RowSum.row(Map.of(), total, factors),
        new Unmeasured(
            Math.toIntExact(total.sum().jobs() - total.sum().measuredJobs()),
            List.copyOf(total.sum().missing()),
            uncovered,
            freshness),
        metered,
        outsideSlurm(metered, queries.userNames()),
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
    if (!request.by().contains(ReportKey.MONTH)) {
      return List.of(request.period());
    }
    return queries.extent().map(request::months).orElse(List.of());
  }

  private void addRows(Period part) throws SQLException {
    List<UsageKey> keys = request.by().stream().flatMap(key -> key.usageKey().stream()).toList();
    boolean maps =
        request.by().contains(ReportKey.LAB) && !request.labs().equals(LabMap.BY_ACCOUNT);
    Map<List<String>, DrawnSum> rows =
        maps
            ? new LabRows(usage, request, keys)
                .of(request.stretches(part, bounds), bounds.since().orElseThrow())
            : usage.of(keys, part);
    int month = request.by().indexOf(ReportKey.MONTH);
    rows.forEach(
        (names, sum) -> {
          List<String> row = new ArrayList<>(names);
          if (month >= 0) {
            row.add(month, month(part));
          }
          sums.merge(row, sum, DrawnSum::plus);
        });
  }

  private String month(Period period) {
    Instant since = period.since().orElseThrow();
    return YearMonth.from(since.atZone(request.zone())).toString();
  }

  private List<ReportRow> rows() {
    Comparator<List<String>> order =
        Comparator.comparing(
            keys -> keys.stream().map(ReportBuilder::sortable).collect(Collectors.joining("\n")));
    return sums.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(order))
        .map(entry -> RowSum.row(keys(entry.getKey()), entry.getValue(), factors))
        .toList();
  }

  /** Names in brackets, which are of what has none, and what is nobody's after everything else. */
  private static String sortable(String name) {
    return name.startsWith(UNNAMED) || name.equals(LabMap.UNASSIGNED) ? "\uffff" + name : name;
  }

  private Map<ReportKey, String> keys(List<String> row) {
    Map<ReportKey, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      keys.put(request.by().get(i), row.get(i));
    }
    return keys;
  }
}
