package org.sobre.accounting.factors;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/** Reads a list of which each item has the days on which it holds: {@code from}, {@code until}. */
public final class DatedValues {

  private static final Messages MESSAGES = Messages.of(DatedValues.class);

  private static final String FROM = "from";
  private static final String UNTIL = "until";

  /**
   * What stood in the list.
   *
   * @param <T> of the value
   */
  record Item<T>(Days days, T value) {}

  private DatedValues() {}

  /** One timeline; overlaps and gaps are problems at the key. */
  static <T> FactorTimeline<T> read(
      YamlSection top, String key, Function<YamlSection, Optional<T>> read) {
    return timeline(top, key, items(top, key, read));
  }

  static <T> List<Item<T>> items(
      YamlSection top, String key, Function<YamlSection, Optional<T>> read) {
    List<Item<T>> items = new ArrayList<>();
    top.sections(key).forEach(item -> item(item, read).ifPresent(items::add));
    return items;
  }

  /** Absent, with its problems, if anything of it is wrong. */
  static <T> Optional<Item<T>> item(YamlSection item, Function<YamlSection, Optional<T>> read) {
    Optional<Days> days = days(item);
    Optional<T> value = read.apply(item);
    item.refuseUnknownKeys();
    return days.isPresent() && value.isPresent()
        ? Optional.of(new Item<>(days.get(), value.get()))
        : Optional.empty();
  }

  /** The keys {@code from} and {@code until}; absent, with a problem, if they are wrong. */
  public static Optional<Days> days(YamlSection item) {
    Optional<LocalDate> from = item.value(FROM, day());
    Optional<LocalDate> until = item.value(UNTIL, day());
    boolean read = from.isPresent() == item.has(FROM) && until.isPresent() == item.has(UNTIL);
    if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
      item.problem(UNTIL, MESSAGES.text("days.order", from.get(), until.get()));
      return Optional.empty();
    }
    return read ? Optional.of(new Days(from, until)) : Optional.empty();
  }

  private static ScalarType<LocalDate> day() {
    return ScalarType.of(
        "YYYY-MM-DD",
        text -> {
          try {
            return Optional.of(LocalDate.parse(text));
          } catch (DateTimeException e) {
            return Optional.empty();
          }
        });
  }

  /** Of what does not overlap; an overlap or a gap is a problem at the key. */
  static <T> FactorTimeline<T> timeline(YamlSection top, String key, List<Item<T>> items) {
    List<Item<T>> sorted =
        items.stream().sorted(Comparator.comparing(item -> item.days().begin())).toList();
    List<FactorTimeline.Entry<T>> entries = new ArrayList<>();
    LocalDate covered = LocalDate.MIN;
    for (Item<T> item : sorted) {
      Days days = item.days();
      if (!entries.isEmpty() && days.begin().isBefore(covered)) {
        LocalDate end = days.end().isBefore(covered) ? days.end() : covered;
        top.problem(key, MESSAGES.text("days.overlap", said(days.begin()), last(end)));
        continue;
      }
      entries.add(new FactorTimeline.Entry<>(days, item.value()));
      covered = days.end();
    }
    FactorTimeline<T> timeline = FactorTimeline.of(entries);
    timeline
        .gaps()
        .forEach(
            gap -> top.problem(key, MESSAGES.text("days.gap", said(gap.begin()), last(gap.end()))));
    return timeline;
  }

  private static String said(LocalDate day) {
    return day.equals(LocalDate.MIN) ? MESSAGES.text("days.ever") : day.toString();
  }

  private static String last(LocalDate end) {
    return end.equals(LocalDate.MAX) ? MESSAGES.text("days.further") : end.minusDays(1).toString();
  }
}
