package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.accounting.factors.AppliedFactors;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageQueries;
import org.sobre.accounting.store.UsageSum;
import org.sobre.hardware.catalog.GpuCatalog;

/** Makes a report from the store: see docs/reports.md for what each number is. */
public final class ReportBuilder {

  private final UsageQueries queries;
  private final DrawnUsage drawn;
  private final RowUsage usage;
  private final ReportRequest request;
  private final PeriodFactors factors;
  private final Period bounds;
  private final Map<Map<ReportKey, String>, DrawnSum> sums = new HashMap<>();

  private ReportBuilder(
      UsageQueries queries, ReportRequest request, PeriodFactors factors, Period bounds) {
    this.queries = queries;
    this.request = request;
    this.factors = factors;
    this.bounds = bounds;
    this.drawn = new DrawnUsage(queries, factors);
    this.usage = new RowUsage(drawn, request, bounds);
  }

  /** With no catalogue of GPUs: the site's own figures of hardware alone. */
  public static Report build(AccountingStore store, ReportRequest request, Factors factors)
      throws IOException {
    return build(store, request, factors, GpuCatalog.EMPTY);
  }

  /**
   * @param catalog for what making GPUs emitted, of those of which the factors say nothing
   * @throws IOException if the store cannot be read
   */
  public static Report build(
      AccountingStore store, ReportRequest asked, Factors factors, GpuCatalog catalog)
      throws IOException {
    return store.read(
        connection -> {
          ReportRequest request = asked.withAccountTree(connection);
          try (UsageQueries queries = new UsageQueries(connection)) {
            Optional<Period> extent = queries.extent();
            Period bounds = request.bounds(extent.orElse(Period.ALL));
            PeriodFactors applied =
                new PeriodFactors(
                    factors,
                    request.zone(),
                    bounds.since().orElseThrow(),
                    bounds.until().orElseThrow());
            ReportBuilder builder = new ReportBuilder(queries, request, applied, bounds);
            return builder.build(
                extent,
                builder.hardware(extent, factors, catalog),
                Uncovered.of(connection, request),
                Freshness.of(connection));
          }
        });
  }

  private Report build(
      Optional<Period> extent,
      Optional<Map<Map<ReportKey, String>, HardwareUse>> hardware,
      Optional<Uncovered> uncovered,
      Freshness freshness)
      throws SQLException {
    for (Period part : parts(extent)) {
      addRows(part);
    }
    Optional<Allocation> allocation = allocation(extent);
    DrawnSum total = total();
    return new Report(
        request,
        rows(hardware, allocation),
        totals(total, hardware, allocation),
        new Unmeasured(
            Math.toIntExact(total.sum().jobs() - total.sum().measuredJobs()),
            List.copyOf(total.sum().missing()),
            uncovered,
            freshness),
        unbilled(freshness),
        allocation.map(Allocation::outcome),
        applied(total.drawn(), freshness));
  }

  /** Whoever declared work is in one row: rows tell when that was drawn, with no second look. */
  private DrawnSum total() throws SQLException {
    EnergyOverTime items = new EnergyOverTime();
    EnergyOverTime tokens = new EnergyOverTime();
    for (DrawnSum row : sums.values()) {
      items.add(row.declared().items());
      tokens.add(row.declared().tokens());
    }
    return new RowUsage(drawn.withoutDeclared(), request, bounds)
        .rows(List.of(), request.period())
        .getOrDefault(List.of(), new DrawnSum(UsageSum.none(), new EnergyOverTime()))
        .with(new DrawnSum.Declared(items, tokens));
  }

  /** The store knows whole hours: without an end of its own, a report ends within its last one. */
  private AppliedFactors applied(EnergyOverTime energy, Freshness freshness) {
    AppliedFactors applied = factors.applied(energy);
    return request.period().until().isPresent()
        ? applied
        : freshness.asOf().map(applied::endingBy).orElse(applied);
  }

  /** Absent where it was not asked for: it takes a look at each run. */
  private Optional<Map<Map<ReportKey, String>, HardwareUse>> hardware(
      Optional<Period> extent, Factors all, GpuCatalog catalog) throws SQLException {
    if (!request.isOfHardware() || extent.isEmpty()) {
      return Optional.empty();
    }
    RowUsage byHeld = new RowUsage(drawn.byHeld(), request, bounds);
    return Optional.of(new HardwareRows(byHeld, request, all, catalog).of(extent.get()));
  }

  private Optional<Allocation> allocation(Optional<Period> extent) throws SQLException {
    if (request.labs().allocation() != LabMap.Allocation.BY_RESERVED_SHARE || extent.isEmpty()) {
      return Optional.empty();
    }
    DrawnUsage energy = drawn.withoutDeclared();
    RowUsage ofAll = new RowUsage(energy, request.ofAll(), bounds);
    RowUsage ofRows = new RowUsage(energy, request, bounds);
    Allocation allocation = new Allocation(queries, ofAll, ofRows, request, factors);
    allocation.add(extent.get());
    return Optional.of(allocation);
  }

  /** Of a time of which the ledger is silent nothing is known, which is not zero. */
  private Optional<Unbilled> unbilled(Freshness freshness) throws SQLException {
    if (!request.filter().isNone()) {
      return Optional.empty();
    }
    Metered metered = queries.metered(request.period());
    if (freshness.isSilentOf(request.period()) && isNothing(metered)) {
      return Optional.empty();
    }
    return Optional.of(
        new Unbilled(
            metered,
            outsideSlurm(metered, queries.userNames()),
            queries.containing(request.period())));
  }

  private static boolean isNothing(Metered metered) {
    return Stream.of(metered.platform(), metered.outsideSlurm(), metered.unknown())
        .allMatch(energy -> energy.total().signum() == 0);
  }

  private static List<OutsideUser> outsideSlurm(Metered metered, Map<Integer, String> users) {
    return metered.outsideSlurmByUid().entrySet().stream()
        .map(
            use ->
                new OutsideUser(
                    use.getKey(), Optional.ofNullable(users.get(use.getKey())), use.getValue()))
        .toList();
  }

  private List<Period> parts(Optional<Period> extent) {
    boolean byDay = request.by().contains(ReportKey.DAY);
    if (!byDay && !request.by().contains(ReportKey.MONTH)) {
      return List.of(request.period());
    }
    return extent.map(all -> byDay ? request.days(all) : request.months(all)).orElse(List.of());
  }

  private void addRows(Period part) throws SQLException {
    usage
        .rows(request.keysOfRuns(), part)
        .forEach((names, sum) -> sums.merge(request.names(names, part), sum, DrawnSum::plus));
  }

  private List<ReportRow> rows(
      Optional<Map<Map<ReportKey, String>, HardwareUse>> hardware,
      Optional<Allocation> allocation) {
    List<ReportRow> rows = new ArrayList<>(sums.size());
    for (Map<ReportKey, String> names : RowOrder.sorted(sums.keySet())) {
      rows.add(
          RowSum.row(names, requireNonNull(sums.get(names)), factors)
              .with(
                  hardware.map(of -> of.getOrDefault(names, HardwareUse.NONE)),
                  allocation.map(of -> of.shares().getOrDefault(names, AllocatedShare.NOTHING))));
    }
    return rows;
  }

  private ReportRow totals(
      DrawnSum total,
      Optional<Map<Map<ReportKey, String>, HardwareUse>> hardware,
      Optional<Allocation> allocation) {
    return RowSum.row(Map.of(), total, factors)
        .with(
            hardware.map(of -> of.values().stream().reduce(HardwareUse.NONE, HardwareUse::plus)),
            allocation.map(
                of ->
                    of.shares().values().stream()
                        .reduce(AllocatedShare::plus)
                        .orElse(AllocatedShare.NOTHING)));
  }
}
