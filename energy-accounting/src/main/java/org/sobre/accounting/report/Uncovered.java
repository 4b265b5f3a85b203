package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.slurm.command.AccountedJob;

/**
 * The jobs of a report's period that Slurm's accounting knows and no node's ledger has: what they
 * drew is not known, and not 0.
 *
 * @param all of them, as far as the report's filter asks for them
 * @param rows by the report's keys, where Slurm tells all of these; else none. A job over the day
 *     on which its account goes to another lab is in both labs' rows, each with its hours
 */
public record Uncovered(Count all, List<Row> rows) {

  public static final Uncovered NONE = new Uncovered(new Count(0, Optional.empty()), List.of());

  /** What Slurm tells of a job; other keys are the ledger's own. */
  private static final Set<ReportKey> TOLD =
      EnumSet.of(
          ReportKey.LAB, ReportKey.ACCOUNT, ReportKey.USER, ReportKey.CLUSTER, ReportKey.MONTH);

  private static final String NO_ACCOUNT = "(no account)";
  private static final BigDecimal SECONDS_PER_HOUR = new BigDecimal(3_600);

  /**
   * Some jobs.
   *
   * @param jobs several starts of an id are one
   * @param gpuHours within the period, of those whose GPUs Slurm tells; absent if it tells none
   */
  public record Count(long jobs, Optional<BigDecimal> gpuHours) {

    public Count {
      requireNonNull(gpuHours, "gpuHours");
      if (jobs < 0) {
        throw new IllegalArgumentException("jobs: expected 0 or more, found " + jobs);
      }
    }
  }

  /** Those of one row, which the report need not have. */
  public record Row(Map<ReportKey, String> keys, Count count) {

    public Row {
      keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
      requireNonNull(count, "count");
    }
  }

  public Uncovered {
    requireNonNull(all, "all");
    rows = List.copyOf(rows);
  }

  /** The same with rows of fewer names: of a page on which that name stands above. */
  public Uncovered without(ReportKey key) {
    return new Uncovered(
        all, rows.stream().map(row -> new Row(others(row, key), row.count())).toList());
  }

  private static Map<ReportKey, String> others(Row row, ReportKey key) {
    Map<ReportKey, String> others = new LinkedHashMap<>(row.keys());
    others.remove(key);
    return others;
  }

  /** Adds up starts of jobs. */
  private static final class Sum {
    final Set<String> jobs = new HashSet<>();
    Optional<BigDecimal> gpuSeconds = Optional.empty();

    void add(AccountedJob job, Period period) {
      jobs.add(job.cluster() + "\n" + job.name());
      OptionalInt gpus = job.gpus().isPresent() ? job.gpus() : job.requestedGpus();
      if (gpus.isPresent()) {
        BigDecimal more =
            BigDecimal.valueOf(seconds(job, period)).multiply(BigDecimal.valueOf(gpus.getAsInt()));
        gpuSeconds = Optional.of(gpuSeconds.map(more::add).orElse(more));
      }
    }

    Count count() {
      return new Count(
          jobs.size(),
          gpuSeconds.map(sum -> sum.divide(SECONDS_PER_HOUR, 6, RoundingMode.HALF_UP)));
    }
  }

  /**
   * Of the jobs that ran in the request's period and that its filter asks for; absent where there
   * are any and it asks by what Slurm does not tell.
   */
  static Optional<Uncovered> of(Connection connection, ReportRequest request) throws SQLException {
    try (SlurmJobs table = new SlurmJobs(connection)) {
      return of(table.uncovered(request.period()), request);
    }
  }

  /** Pure. */
  static Optional<Uncovered> of(List<AccountedJob> jobs, ReportRequest request) {
    if (!jobs.isEmpty() && !TOLD.containsAll(request.filter().names().keySet())) {
      return Optional.empty();
    }
    Sum all = new Sum();
    Map<List<String>, Sum> rows = new TreeMap<>(Uncovered::compare);
    boolean isTold = TOLD.containsAll(request.by());
    for (AccountedJob job : jobs) {
      for (Period part : parts(job, request)) {
        if (isAskedFor(job, part, request)) {
          all.add(job, part);
          if (isTold) {
            rows.computeIfAbsent(names(job, part, request), absent -> new Sum()).add(job, part);
          }
        }
      }
    }
    List<Row> counted = new ArrayList<>();
    rows.forEach((names, sum) -> counted.add(new Row(keys(request, names), sum.count())));
    return Optional.of(new Uncovered(all.count(), counted));
  }

  private static int compare(List<String> some, List<String> others) {
    return String.join("\n", some).compareTo(String.join("\n", others));
  }

  private static boolean isAskedFor(AccountedJob job, Period part, ReportRequest request) {
    return request.filter().names().entrySet().stream()
        .allMatch(one -> one.getValue().contains(name(one.getKey(), job, part, request)));
  }

  /** Its time within the period, cut where rows are months and where its lab changes. */
  private static List<Period> parts(AccountedJob job, ReportRequest request) {
    Instant start = job.start().orElseThrow();
    Instant end = job.end().filter(start::isBefore).orElseGet(() -> start.plusSeconds(1));
    Instant since = request.period().since().filter(start::isBefore).orElse(start);
    Instant until = request.period().until().filter(end::isAfter).orElse(end);
    if (!since.isBefore(until)) {
      return List.of();
    }
    Period within = new Period(Optional.of(since), Optional.of(until));
    List<Period> months =
        request.by().contains(ReportKey.MONTH)
            ? request.within(within).months(within)
            : List.of(within);
    return months.stream().flatMap(part -> request.stretches(part, part).stream()).toList();
  }

  private static List<String> names(AccountedJob job, Period part, ReportRequest request) {
    return request.by().stream().map(key -> name(key, job, part, request)).toList();
  }

  /** As the rows of the ledger's own jobs have it. */
  private static String name(ReportKey key, AccountedJob job, Period part, ReportRequest request) {
    return switch (key) {
      case LAB -> lab(job, part, request);
      case ACCOUNT -> job.account().orElse(NO_ACCOUNT);
      case USER -> job.user().orElseGet(() -> "(uid " + Integer.toUnsignedString(job.uid()) + ")");
      case CLUSTER -> job.cluster();
      case MONTH -> YearMonth.from(part.since().orElseThrow().atZone(request.zone())).toString();
      default -> throw new IllegalStateException("Slurm does not tell " + key);
    };
  }

  private static String lab(AccountedJob job, Period part, ReportRequest request) {
    return request.labs().equals(LabMap.BY_ACCOUNT)
        ? job.account().orElse(NO_ACCOUNT)
        : request.labs().lab(job.cluster(), job.account(), request.day(part.since().orElseThrow()));
  }

  private static Map<ReportKey, String> keys(ReportRequest request, List<String> names) {
    Map<ReportKey, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      keys.put(request.by().get(i), names.get(i));
    }
    return keys;
  }

  /**
   * As far as it lies in the period; the time in which it was suspended counts, it held its GPUs.
   */
  private static long seconds(AccountedJob job, Period period) {
    Instant from = job.start().orElseThrow();
    Instant to = job.end().orElseThrow();
    return Duration.ofMillis(period.overlapMillis(from.toEpochMilli(), to.toEpochMilli()))
        .toSeconds();
  }
}
