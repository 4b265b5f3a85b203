package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What held on which day. Immutable.
 *
 * @param <T> of the value
 */
public final class FactorTimeline<T> {

  /**
   * A value and its days.
   *
   * @param <T> of the value
   */
  public record Entry<T>(Days days, T value) {

    public Entry {
      requireNonNull(days, "days");
      requireNonNull(value, "value");
    }
  }

  private final List<Entry<T>> entries;

  private FactorTimeline(List<Entry<T>> entries) {
    this.entries = entries;
  }

  /** In whatever order. */
  public static <T> FactorTimeline<T> of(List<Entry<T>> entries) {
    List<Entry<T>> sorted =
        entries.stream().sorted(Comparator.comparing(entry -> entry.days().begin())).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).days().overlaps(sorted.get(i - 1).days())) {
        throw new IllegalArgumentException(
            "expected one value a day, found two from " + sorted.get(i).days().begin());
      }
    }
    return new FactorTimeline<>(sorted);
  }

  /** One value for ever, or none. */
  public static <T> FactorTimeline<T> always(Optional<T> value) {
    return new FactorTimeline<>(value.map(v -> new Entry<>(Days.ALL, v)).stream().toList());
  }

  public static <T> FactorTimeline<T> none() {
    return new FactorTimeline<>(List.of());
  }

  /** By their days. */
  public List<Entry<T>> entries() {
    return entries;
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  public Optional<T> at(LocalDate day) {
    return entryAt(day).map(Entry::value);
  }

  public Optional<Entry<T>> entryAt(LocalDate day) {
    return entries.stream().filter(entry -> entry.days().contains(day)).findFirst();
  }

  /** Every entry that holds on a day from the first on and before the last. */
  public List<Entry<T>> within(LocalDate from, LocalDate until) {
    return from.isBefore(until)
        ? entries.stream()
            .filter(entry -> entry.days().overlaps(Days.between(from, until)))
            .toList()
        : List.of();
  }

  /** The days after the first and before the last on which another value begins, or none does. */
  public List<LocalDate> changes(LocalDate from, LocalDate until) {
    return entries.stream()
        .flatMap(entry -> Stream.of(entry.days().begin(), entry.days().end()))
        .filter(day -> day.isAfter(from) && day.isBefore(until))
        .distinct()
        .sorted()
        .toList();
  }

  /** Days without a value; the whole time if there is no entry. */
  public List<Days> gaps(LocalDate from, LocalDate until) {
    List<Days> gaps = new ArrayList<>();
    LocalDate day = from;
    for (Entry<T> entry : within(from, until)) {
      if (day.isBefore(entry.days().begin())) {
        gaps.add(Days.between(day, entry.days().begin()));
      }
      day = entry.days().end();
    }
    if (day.isBefore(until)) {
      gaps.add(Days.between(day, until));
    }
    return gaps;
  }

  /** Days without a value between others that have one. */
  public List<Days> gaps() {
    return isEmpty()
        ? List.of()
        : gaps(entries.get(0).days().end(), entries.get(entries.size() - 1).days().begin());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FactorTimeline<?> that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
