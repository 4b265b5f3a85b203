package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.sobre.accounting.factors.FactorTimeline.Entry;

/**
 * Factors over a period: at which instants one of them changes, and what energy comes to. A report
 * asks its store for energy between those instants, or in whatever finer buckets it has.
 */
public final class PeriodFactors {

  private static final BigDecimal MICROJOULES_PER_KILOWATT_HOUR = new BigDecimal("3600000000000");

  private final Factors factors;
  private final ZoneId zone;
  private final Instant since;
  private final Instant until;
  private final NavigableSet<Instant> begins = new TreeSet<>();
  private final Map<Instant, Optional<Instant>> firsts = new HashMap<>();
  private final Map<List<Optional<BigDecimal>>, Instant> firstOfSort = new HashMap<>();
  private final Map<Instant, Optional<BigDecimal>> grams = new HashMap<>();
  private final Map<Instant, Optional<BigDecimal>> euros = new HashMap<>();
  private final boolean priceChanges;
  private Granularity granularity = Granularity.CONSTANT;

  /**
   * @param zone of days, months and hour classes
   * @param until not included, after {@code since}
   */
  public PeriodFactors(Factors factors, ZoneId zone, Instant since, Instant until) {
    this.factors = requireNonNull(factors, "factors");
    this.zone = requireNonNull(zone, "zone");
    this.since = requireNonNull(since, "since");
    this.until = requireNonNull(until, "until");
    if (!since.isBefore(until)) {
      throw new IllegalArgumentException("expected a time before " + until + ", found " + since);
    }
    begins.add(since);
    cut(factors.pue(), Function.identity());
    cut(factors.grid(), GridRate::rate);
    cut(factors.price(), Function.identity());
    cut(factors.heatReuse(), HeatReuse::share);
    this.priceChanges =
        !factors.price().isEmpty() && begins.stream().anyMatch(this::isPriceAnother);
  }

  /** How fine energy must be known. */
  public Granularity granularity() {
    return granularity;
  }

  /** The begins of the spans in which no factor changes, the first one the period's own. */
  public NavigableSet<Instant> begins() {
    return Collections.unmodifiableNavigableSet(begins);
  }

  /**
   * The first begin from which on all factors were as from another on: where a price has two
   * classes by the hour, a year has some hundred spans, and two sorts of them. Energy of one sort
   * may be added up first. Where a factor lacks a value, the other itself: gaps are told one by
   * one.
   *
   * @param begin in the period
   */
  public Instant firstAs(Instant begin) {
    Instant span = Optional.ofNullable(begins.floor(begin)).orElse(begin);
    return firsts.computeIfAbsent(span, this::firstOfSort).orElse(begin);
  }

  /** Absent where a factor lacks a value. */
  private Optional<Instant> firstOfSort(Instant span) {
    List<Optional<BigDecimal>> all = new ArrayList<>();
    all.add(overhead(span));
    all.add(factors.grid().isEmpty() ? Optional.of(BigDecimal.ONE) : grid(span));
    all.add(factors.price().isEmpty() ? Optional.of(BigDecimal.ONE) : price(span));
    if (all.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    all.add(factors.heatReuse().at(day(span)).map(HeatReuse::factor));
    return Optional.of(firstOfSort.computeIfAbsent(all, first -> span));
  }

  /** Exact grams; absent without a factor, or where a needed value is not there. */
  public Optional<BigDecimal> gramsCo2e(EnergyOverTime energy) {
    return factors.grid().isEmpty()
        ? Optional.empty()
        : sum(energy, begin -> grams.computeIfAbsent(begin, this::gramsPerKilowattHour));
  }

  /** Exact euros; absent without a price, or where a needed value is not there. */
  public Optional<BigDecimal> euros(EnergyOverTime energy) {
    return factors.price().isEmpty()
        ? Optional.empty()
        : sum(energy, begin -> euros.computeIfAbsent(begin, this::eurosPerKilowattHour));
  }

  /** With the room's overhead, at the begin of a bucket. */
  public Optional<BigDecimal> gramsPerKilowattHour(Instant begin) {
    BigDecimal left =
        factors.heatReuse().at(day(begin)).map(HeatReuse::factor).orElse(BigDecimal.ONE);
    return overhead(begin)
        .flatMap(pue -> grid(begin).map(grams -> grams.multiply(pue).multiply(left)));
  }

  /** With the room's overhead, at the begin of a bucket. */
  public Optional<BigDecimal> eurosPerKilowattHour(Instant begin) {
    return overhead(begin).flatMap(pue -> price(begin).map(euros -> euros.multiply(pue)));
  }

  /** Whether a kilowatt hour costs another amount, or none that is known, at some times of it. */
  public boolean priceChanges() {
    return priceChanges;
  }

  private boolean isPriceAnother(Instant begin) {
    Optional<BigDecimal> first = eurosPerKilowattHour(since);
    Optional<BigDecimal> then = eurosPerKilowattHour(begin);
    return first.isPresent() != then.isPresent()
        || then.filter(price -> price.compareTo(first.orElseThrow()) != 0).isPresent();
  }

  /**
   * The factors of the period, and where they lack a value for energy that was drawn.
   *
   * @param drawn all that the report tells of
   */
  public AppliedFactors applied(EnergyOverTime drawn) {
    LocalDate from = day(since);
    LocalDate to = day(until.minusNanos(1)).plusDays(1);
    return new AppliedFactors(
        factors.pue().within(from, to),
        factors.grid().within(from, to),
        factors.price().within(from, to),
        factors.heatReuse().within(from, to),
        gaps(drawn),
        factors.file());
  }

  private List<Gap> gaps(EnergyOverTime drawn) {
    List<Gap> gaps = new ArrayList<>();
    if (!factors.pue().isEmpty()) {
      gaps.addAll(gaps(Factors.PUE, factors.pue(), drawn, this::overhead));
    }
    if (!factors.grid().isEmpty()) {
      gaps.addAll(gaps(Factors.GRID, factors.grid(), drawn, this::grid));
    }
    if (!factors.price().isEmpty()) {
      gaps.addAll(gaps(Factors.PRICE, factors.price(), drawn, this::price));
    }
    return gaps;
  }

  private List<Gap> gaps(
      String key,
      FactorTimeline<?> timeline,
      EnergyOverTime drawn,
      Function<Instant, Optional<BigDecimal>> value) {
    List<Gap> gaps = new ArrayList<>();
    for (Instant bucket : drawn.microjoules().keySet()) {
      if (value.apply(bucket).isEmpty()) {
        Gap gap = daysWithout(key, timeline, bucket).orElseGet(() -> spanWithout(key, bucket));
        int last = gaps.size() - 1;
        if (last >= 0 && !gaps.get(last).until().isBefore(gap.since())) {
          gaps.set(last, new Gap(key, gaps.get(last).since(), gap.until()));
        } else {
          gaps.add(gap);
        }
      }
    }
    return gaps;
  }

  /** All days of the period around it for which the document has no value. */
  private Optional<Gap> daysWithout(String key, FactorTimeline<?> timeline, Instant bucket) {
    return timeline.gaps(day(since), day(until.minusNanos(1)).plusDays(1)).stream()
        .filter(days -> days.contains(day(bucket)))
        .findFirst()
        .map(days -> new Gap(key, clipped(days.begin()), clipped(days.end())));
  }

  /** A hole of a series. */
  private Gap spanWithout(String key, Instant bucket) {
    return new Gap(
        key,
        Optional.ofNullable(begins.floor(bucket)).orElse(since),
        Optional.ofNullable(begins.higher(bucket)).orElse(until));
  }

  private Instant clipped(LocalDate day) {
    Instant begin = day.atStartOfDay(zone).toInstant();
    return begin.isBefore(since) ? since : begin.isAfter(until) ? until : begin;
  }

  private static Optional<BigDecimal> sum(
      EnergyOverTime energy, Function<Instant, Optional<BigDecimal>> perKilowattHour) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Map.Entry<Instant, BigInteger> bucket : energy.microjoules().entrySet()) {
      Optional<BigDecimal> rate = perKilowattHour.apply(bucket.getKey());
      if (rate.isEmpty()) {
        return Optional.empty();
      }
      sum = sum.add(new BigDecimal(bucket.getValue()).multiply(rate.get()));
    }
    return Optional.of(sum.divide(MICROJOULES_PER_KILOWATT_HOUR, MathContext.DECIMAL128));
  }

  private Optional<BigDecimal> overhead(Instant begin) {
    return factors.pue().isEmpty()
        ? Optional.of(BigDecimal.ONE)
        : factors.pue().at(day(begin)).map(Factor::value);
  }

  private Optional<BigDecimal> grid(Instant begin) {
    return factors.grid().at(day(begin)).flatMap(grid -> grid.rate().at(begin, zone));
  }

  private Optional<BigDecimal> price(Instant begin) {
    return factors.price().at(day(begin)).flatMap(price -> price.at(begin, zone));
  }

  private LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  private <T> void cut(FactorTimeline<T> timeline, Function<T, ? extends Rate> rate) {
    LocalDate from = day(since);
    LocalDate to = day(until.minusNanos(1)).plusDays(1);
    timeline.changes(from, to).forEach(change -> cut(change, Granularity.DAY));
    for (Entry<T> entry : timeline.within(from, to)) {
      Rate of = rate.apply(entry.value());
      if (of.granularity() == Granularity.HOUR) {
        cutHours(of, entry.days());
      } else if (of.granularity() == Granularity.DAY) {
        cutMonths(from, to);
      }
    }
  }

  private void cut(LocalDate day, Granularity how) {
    Instant begin = day.atStartOfDay(zone).toInstant();
    if (begin.isAfter(since) && begin.isBefore(until)) {
      begins.add(begin);
      granularity = granularity.and(how);
    }
  }

  private void cutMonths(LocalDate from, LocalDate to) {
    for (YearMonth month = YearMonth.from(from).plusMonths(1);
        month.atDay(1).isBefore(to);
        month = month.plusMonths(1)) {
      cut(month.atDay(1), Granularity.DAY);
    }
  }

  /** At each hour in which it is another than in the hour before. */
  private void cutHours(Rate rate, Days days) {
    Instant first = since.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    if (days.begin().isAfter(day(first))) {
      first = days.begin().atStartOfDay(zone).toInstant().truncatedTo(ChronoUnit.HOURS);
    }
    Instant begin = first.minus(1, ChronoUnit.HOURS);
    Optional<BigDecimal> before = rate.at(begin.isBefore(since) ? since : begin, zone);
    for (Instant hour = first;
        hour.isBefore(until) && day(hour).isBefore(days.end());
        hour = hour.plus(1, ChronoUnit.HOURS)) {
      Optional<BigDecimal> now = rate.at(hour, zone);
      if (days.contains(day(hour)) && !now.equals(before)) {
        begins.add(hour);
        granularity = Granularity.HOUR;
      }
      before = now;
    }
  }
}
