package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.slurm.command.AccountedJob;

/**
 * The jobs of a report's period that Slurm's accounting knows and no node's ledger has: what they
 * drew is not known, and not 0.
 *
 * @param all of them
 * @param rows by the report's keys, where Slurm tells all of these; else none
 */
public record Uncovered(Count all, List<Row> rows) {

  public static final Uncovered NONE = new Uncovered(new Count(0, Optional.empty()), List.of());

  /** What Slurm tells of a job; other keys are the ledger's own. */
  private static final Set<ReportKey> TOLD =
      EnumSet.of(ReportKey.LAB, ReportKey.USER, ReportKey.MONTH);

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
      keys = Map.copyOf(keys);
      requireNonNull(count, "count");
    }
  }

  public Uncovered {
    requireNonNull(all, "all");
    rows = List.copyOf(rows);
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

  /** Of the jobs that ran in the request's period. */
  static Uncovered of(Connection connection, ReportRequest request) throws SQLException {
    try (SlurmJobs table = new SlurmJobs(connection)) {
      return of(table.uncovered(request.period()), request);
    }
  }

  /** Pure. */
  static Uncovered of(List<AccountedJob> jobs, ReportRequest request) {
    Sum all = new Sum();
    Map<List<String>, Sum> rows = new TreeMap<>(Uncovered::compare);
    boolean isTold = TOLD.containsAll(request.by());
    for (AccountedJob job : jobs) {
      all.add(job, request.period());
      if (isTold) {
        for (Period part : parts(job, request)) {
          rows.computeIfAbsent(names(job, part, request), absent -> new Sum()).add(job, part);
        }
      }
    }
    List<Row> counted = new ArrayList<>();
    rows.forEach((names, sum) -> counted.add(new Row(keys(request, names), sum.count())));
    return new Uncovered(all.count(), counted);
  }

  private static int compare(List<String> some, List<String> others) {
    return String.join("\n", some).compareTo(String.join("\n", others));
  }

  /** The months in which it ran, where rows are months. */
  private static List<Period> parts(AccountedJob job, ReportRequest request) {
    if (!request.by().contains(ReportKey.MONTH)) {
      return List.of(request.period());
    }
    Period whole = new Period(job.start(), job.end());
    Optional<Instant> since =
        request.period().since().filter(from -> from.isAfter(job.start().orElseThrow()));
    Optional<Instant> until =
        request.period().until().filter(to -> to.isBefore(job.end().orElseThrow()));
    Period within = new Period(since.or(job::start), until.or(job::end));
    return new ReportRequest(request.by(), within, request.zone(), request.labs()).months(whole);
  }

  private static List<String> names(AccountedJob job, Period part, ReportRequest request) {
    List<String> names = new ArrayList<>();
    for (ReportKey key : request.by()) {
      names.add(
          switch (key) {
            case LAB -> lab(job, request);
            case USER -> job.user().orElseGet(() -> Integer.toUnsignedString(job.uid()));
            case MONTH ->
                YearMonth.from(part.since().orElseThrow().atZone(request.zone())).toString();
            default -> throw new IllegalStateException("Slurm does not tell " + key);
          });
    }
    return names;
  }

  private static String lab(AccountedJob job, ReportRequest request) {
    if (request.labs().rules().isEmpty()) {
      return job.account().orElse(NO_ACCOUNT);
    }
    LocalDate day = LocalDate.ofInstant(job.start().orElseThrow(), request.zone());
    return request.labs().lab(job.cluster(), job.account(), day);
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
