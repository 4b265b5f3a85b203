package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A price that depends on the hour of the week, as in {@code heures creuses} and {@code heures
 * pleines}. Of the clock of the place: on the day that has 25 hours one of them counts twice.
 *
 * @param classes that have each hour of the week exactly once between them
 */
public record HourClasses(List<HourClass> classes, String source, String date) implements Rate {

  static final int HOURS_A_DAY = 24;

  /**
   * @param name as the contract calls it: {@code hc}
   * @param value above 0
   * @param fromHour 0 to 23
   * @param untilHour 1 to 24; not after {@code fromHour}: of the next day
   * @param days on which it begins; its hours after midnight are those of the days after
   */
  public record HourClass(
      String name, BigDecimal value, int fromHour, int untilHour, Set<DayOfWeek> days) {

    public HourClass {
      requireNonNull(name, "name");
      requireNonNull(value, "value");
      days = Set.copyOf(days);
      if (value.signum() <= 0) {
        throw new IllegalArgumentException("expected a price above 0, found " + value);
      }
      if (fromHour < 0 || fromHour >= HOURS_A_DAY || untilHour < 1 || untilHour > HOURS_A_DAY) {
        throw new IllegalArgumentException(
            "expected hours from 0 to 24, found " + fromHour + " to " + untilHour);
      }
    }

    boolean contains(DayOfWeek day, int hour) {
      if (fromHour < untilHour) {
        return days.contains(day) && hour >= fromHour && hour < untilHour;
      }
      return (days.contains(day) && hour >= fromHour)
          || (days.contains(day.minus(1)) && hour < untilHour);
    }
  }

  /** An hour of the week. */
  public record WeekHour(DayOfWeek day, int hour) {}

  public HourClasses {
    classes = List.copyOf(classes);
    requireNonNull(source, "source");
    requireNonNull(date, "date");
    if (!uncovered(classes).isEmpty() || !doubled(classes).isEmpty()) {
      throw new IllegalArgumentException("expected each hour of the week once, found " + classes);
    }
  }

  /** Hours of the week that are in no class, from Monday on. */
  static List<WeekHour> uncovered(List<HourClass> classes) {
    return hoursIn(classes, 0);
  }

  /** Hours of the week that are in two classes or more. */
  static List<WeekHour> doubled(List<HourClass> classes) {
    return hoursIn(classes, 2);
  }

  private static List<WeekHour> hoursIn(List<HourClass> classes, int times) {
    List<WeekHour> hours = new ArrayList<>();
    for (DayOfWeek day : DayOfWeek.values()) {
      for (int hour = 0; hour < HOURS_A_DAY; hour++) {
        int of = hour;
        long found = classes.stream().filter(one -> one.contains(day, of)).count();
        if (times == 0 ? found == 0 : found >= times) {
          hours.add(new WeekHour(day, hour));
        }
      }
    }
    return hours;
  }

  public HourClass classAt(Instant instant, ZoneId zone) {
    ZonedDateTime local = instant.atZone(zone);
    return classes.stream()
        .filter(one -> one.contains(local.getDayOfWeek(), local.getHour()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Optional<BigDecimal> at(Instant instant, ZoneId zone) {
    return Optional.of(classAt(instant, zone).value());
  }

  @Override
  public Granularity granularity() {
    return classes.stream().map(HourClass::value).distinct().count() == 1
        ? Granularity.CONSTANT
        : Granularity.HOUR;
  }
}
