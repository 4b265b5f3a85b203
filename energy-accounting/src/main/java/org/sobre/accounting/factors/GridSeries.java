package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Grams per kWh for each month, or for each hour, that somebody measured. What it does not have is
 * not known.
 *
 * @param months in the zone of the report; empty for a series of hours
 * @param hours by their begin, a full hour of UTC; empty for a series of months
 */
public record GridSeries(
    Map<YearMonth, BigDecimal> months,
    SortedMap<Instant, BigDecimal> hours,
    String source,
    String date)
    implements Rate {

  public GridSeries {
    months = Map.copyOf(months);
    hours = Collections.unmodifiableSortedMap(new TreeMap<>(hours));
    requireNonNull(source, "source");
    requireNonNull(date, "date");
    if (months.isEmpty() == hours.isEmpty()) {
      throw new IllegalArgumentException("expected months or hours, one of the two");
    }
    if (!hours.keySet().stream().allMatch(GridSeries::isFullHour)) {
      throw new IllegalArgumentException("expected full hours of UTC");
    }
  }

  private static boolean isFullHour(Instant instant) {
    return instant.equals(instant.truncatedTo(ChronoUnit.HOURS));
  }

  @Override
  public Optional<BigDecimal> at(Instant instant, ZoneId zone) {
    return Optional.ofNullable(
        hours.isEmpty()
            ? months.get(YearMonth.from(instant.atZone(zone)))
            : hours.get(instant.truncatedTo(ChronoUnit.HOURS)));
  }

  @Override
  public Granularity granularity() {
    return hours.isEmpty() ? Granularity.DAY : Granularity.HOUR;
  }

  /** Hours, or months, missing between the first and the last. */
  public long holes() {
    if (hours.isEmpty()) {
      YearMonth first = Collections.min(months.keySet());
      YearMonth last = Collections.max(months.keySet());
      return ChronoUnit.MONTHS.between(first, last) + 1 - months.size();
    }
    return Duration.between(hours.firstKey(), hours.lastKey()).toHours() + 1 - hours.size();
  }
}
