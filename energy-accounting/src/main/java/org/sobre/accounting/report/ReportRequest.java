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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
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
 * @param filter of which jobs it tells
 * @param fields that were asked for; none: those that stand by default
 */
public record ReportRequest(
    List<ReportKey> by,
    Period period,
    ZoneId zone,
    LabMap labs,
    ReportFilter filter,
    List<ReportField> fields) {

  public ReportRequest {
    by = List.copyOf(by);
    requireNonNull(period, "period");
    requireNonNull(zone, "zone");
    requireNonNull(labs, "labs");
    requireNonNull(filter, "filter");
    fields = List.copyOf(fields);
    if (by.isEmpty() || by.stream().distinct().count() != by.size()) {
      throw new IllegalArgumentException("expected one key or more, each once, found " + by);
    }
  }

  /** Of all jobs. */
  public ReportRequest(List<ReportKey> by, Period period, ZoneId zone, LabMap labs) {
    this(by, period, zone, labs, ReportFilter.NONE, List.of());
  }

  /** Whether what GPU hours took of machines was asked for. */
  boolean isOfHardware() {
    return fields.stream().anyMatch(ReportField.OF_HARDWARE::contains);
  }

  /** The keys that are of runs. */
  List<ReportKey> keysOfRuns() {
    return by.stream().filter(key -> !key.isOfCalendar()).toList();
  }

  /** What a row is called in a part of the period, its runs having these names. */
  Map<ReportKey, String> names(List<String> ofRuns, Period part) {
    List<ReportKey> keys = keysOfRuns();
    Map<ReportKey, String> names = new LinkedHashMap<>();
    for (ReportKey key : by) {
      names.put(key, key.isOfCalendar() ? date(key, part) : ofRuns.get(keys.indexOf(key)));
    }
    return names;
  }

  private String date(ReportKey key, Period part) {
    LocalDate day = day(part.since().orElseThrow());
    return key == ReportKey.DAY ? day.toString() : YearMonth.from(day).toString();
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
            by,
            period,
            zone,
            labs.with(new AccountTree(SlurmAccounts.parents(connection))),
            filter,
            fields);
  }

  /** The same of another period. */
  ReportRequest within(Period part) {
    return new ReportRequest(by, part, zone, labs, filter, fields);
  }

  /** The same of other jobs. */
  public ReportRequest withFilter(ReportFilter other) {
    return new ReportRequest(by, period, zone, labs, other, fields);
  }

  /** The same of all jobs. */
  ReportRequest ofAll() {
    return new ReportRequest(by, period, zone, labs, ReportFilter.NONE, fields);
  }

  /**
   * A part of the period in stretches in none of which an account goes to another lab.
   *
   * @param bounds of the whole period, both there
   */
  List<Period> stretches(Period part, Period bounds) {
    List<Instant> changes =
        labs
            .changes(
                day(bounds.since().orElseThrow()),
                // the last day may have begun, and its change with it
                day(bounds.until().orElseThrow().minusNanos(1)).plusDays(1))
            .stream()
            .map(day -> day.atStartOfDay(zone).toInstant())
            .toList();
    return cut(part, changes);
  }

  /** At each of the instants that lies within it; these are in order. */
  static List<Period> cut(Period part, List<Instant> changes) {
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

  /** In the report's zone. */
  LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  /**
   * The months of the period, the first and last one cut to it.
   *
   * @param extent what there is to report on, which bounds a period that has no bounds
   */
  List<Period> months(Period extent) {
    return cut(extent, this::nextMonth);
  }

  /** The days of the period, as its months. */
  List<Period> days(Period extent) {
    return cut(extent, this::nextDay);
  }

  private List<Period> cut(Period extent, UnaryOperator<Instant> next) {
    Instant since = period.since().or(extent::since).orElseThrow();
    Instant until = period.until().or(extent::until).orElseThrow();
    List<Period> parts = new ArrayList<>();
    Instant from = since;
    while (from.isBefore(until)) {
      Instant end = next.apply(from);
      Instant to = end.isBefore(until) ? end : until;
      parts.add(new Period(Optional.of(from), Optional.of(to)));
      from = to;
    }
    return parts;
  }

  /**
   * The period with both its ends; what has none ends with what there is to report on.
   *
   * @param extent of that; {@link Period#ALL} if there is nothing
   */
  public Period bounds(Period extent) {
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

  private Instant nextDay(Instant instant) {
    return day(instant).plusDays(1).atStartOfDay(zone).toInstant();
  }

  private Instant nextMonth(Instant instant) {
    YearMonth next = YearMonth.from(instant.atZone(zone)).plusMonths(1);
    return next.atDay(1).atStartOfDay(zone).toInstant();
  }
}
