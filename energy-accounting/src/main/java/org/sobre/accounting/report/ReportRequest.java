package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.store.Period;

/**
 * What a report is asked for.
 *
 * @param by the columns that name a row, at least one, each once
 * @param zone in which months are cut and times shown
 */
public record ReportRequest(List<ReportKey> by, Period period, ZoneId zone) {

  public ReportRequest {
    by = List.copyOf(by);
    requireNonNull(period, "period");
    requireNonNull(zone, "zone");
    if (by.isEmpty() || by.stream().distinct().count() != by.size()) {
      throw new IllegalArgumentException("expected one key or more, each once, found " + by);
    }
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

  /** A calendar month in a time zone, as a period. */
  public static Period month(YearMonth month, ZoneId zone) {
    return new Period(
        Optional.of(month.atDay(1).atStartOfDay(zone).toInstant()),
        Optional.of(month.plusMonths(1).atDay(1).atStartOfDay(zone).toInstant()));
  }

  /** The calendar month that the period is; absent if it is none. */
  Optional<YearMonth> wholeMonth() {
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
