package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.labs.AccountTree;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.SlurmAccounts;

/**
 * What a report is asked for.
 *
 * @param by the columns that name a row, at least one, each once
 * @param zone in which days and months are cut and times shown
 * @param labs which lab an account is, on which day
 */
public record ReportRequest(List<ReportKey> by, Period period, ZoneId zone, LabMap labs) {

  public ReportRequest {
    by = List.copyOf(by);
    requireNonNull(period, "period");
    requireNonNull(zone, "zone");
    requireNonNull(labs, "labs");
    if (by.isEmpty() || by.stream().distinct().count() != by.size()) {
      throw new IllegalArgumentException("expected one key or more, each once, found " + by);
    }
  }

  /** Each account is a lab of its own. */
  public ReportRequest(List<ReportKey> by, Period period, ZoneId zone) {
    this(by, period, zone, LabMap.BY_ACCOUNT);
  }

  /** The same, with Slurm's tree of accounts as the store has it, where labs are made of it. */
  ReportRequest withAccountTree(Connection connection) throws SQLException {
    return labs.rules().isEmpty()
        ? this
        : new ReportRequest(
            by, period, zone, labs.with(new AccountTree(SlurmAccounts.parents(connection))));
  }

  /**
   * A part of the period in stretches in none of which an account goes to another lab.
   *
   * @param bounds of the whole period, both there
   */
  List<Period> stretches(Period part, Period bounds) {
    List<Instant> changes =
        labs.changes(day(bounds.since().orElseThrow()), day(bounds.until().orElseThrow())).stream()
            .map(day -> day.atStartOfDay(zone).toInstant())
            .toList();
    return cut(part, changes);
  }

  private static List<Period> cut(Period part, List<Instant> changes) {
    List<Period> cut = new ArrayList<>();
    Optional<Instant> from = part.since();
    for (Instant change : changes) {
      if (from.map(change::isAfter).orElse(true)
          && part.until().map(change::isBefore).orElse(true)) {
        cut.add(new Period(from, Optional.of(change)));
        from = Optional.of(change);
      }
    }
    cut.add(new Period(from, part.until()));
    return cut;
  }

  private LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  /**
   * The months of the period, the first and last one cut to it.
   *
   * @param extent what there is to report on, which bounds a period that has no bounds
   */
  List<Period> months(Period extent) {
    Instant since = period.since().or(extent::since).orElseThrow();
    Instant until = period.until().or(extent::until).orElseThrow();
    List<Period> months = new ArrayList<>();
    Instant from = since;
    while (from.isBefore(until)) {
      Instant next = nextMonth(from);
      Instant to = next.isBefore(until) ? next : until;
      months.add(new Period(Optional.of(from), Optional.of(to)));
      from = to;
    }
    return months;
  }

  /**
   * The period with both its ends; what has none ends with what there is to report on.
   *
   * @param extent of that; {@link Period#ALL} if there is nothing
   */
  Period bounds(Period extent) {
    Instant since = period.since().or(extent::since).orElse(Instant.EPOCH);
    Instant until = period.until().or(extent::until).orElse(since);
    return new Period(
        Optional.of(since),
        Optional.of(until.isAfter(since) ? until : since.plus(1, ChronoUnit.DAYS)));
  }

  /** A calendar month in a time zone, as a period. */
  public static Period month(YearMonth month, ZoneId zone) {
    return new Period(
        Optional.of(month.atDay(1).atStartOfDay(zone).toInstant()),
        Optional.of(month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant()));
  }

  /** The calendar month that the period is; absent if it is none. */
  public Optional<YearMonth> wholeMonth() {
    return period
        .since()
        .map(since -> YearMonth.from(since.atZone(zone)))
        .filter(month -> month(month, zone).equals(period));
  }

  private Instant nextMonth(Instant instant) {
    YearMonth next = YearMonth.from(instant.atZone(zone)).plusMonths(1);
    return next.atDay(1).atStartOfDay(zone).toInstant();
  }
}
