package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.accounting.factors.HourClasses.HourClass;
import org.sobre.accounting.factors.HourClasses.WeekHour;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/** Reads a price by class of hours: {@code classes: {hc: {value: 0.15, hours: "22:00-06:00"}}}. */
final class HourClassesReader {

  private static final Messages MESSAGES = Messages.of(HourClassesReader.class);

  private static final Pattern HOURS = Pattern.compile("(\\d{2}):(\\d{2})-(\\d{2}):(\\d{2})");
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private record Hours(int from, int until) {}

  private HourClassesReader() {}

  /** Absent, with its problems, if anything of it is wrong. */
  static Optional<HourClasses> read(YamlSection item, String key, BigDecimal min, BigDecimal max) {
    if (item.has("value")) {
      item.problem("value", MESSAGES.text("classes.orValue"));
    }
    YamlSection section = item.section(key);
    List<HourClass> classes = new ArrayList<>();
    boolean whole = true;
    for (String name : section.keys()) {
      YamlSection one = section.section(name);
      Optional<List<HourClass>> read = hourClass(name, one, min, max);
      one.refuseUnknownKeys();
      whole &= read.isPresent();
      read.ifPresent(classes::addAll);
    }
    String source = CitedNumber.source(item);
    Optional<String> date = CitedNumber.date(item);
    return whole && isOnceEach(item, key, classes) && date.isPresent()
        ? Optional.of(new HourClasses(classes, source, date.get()))
        : Optional.empty();
  }

  private static boolean isOnceEach(YamlSection item, String key, List<HourClass> classes) {
    List<WeekHour> none = HourClasses.uncovered(classes);
    List<WeekHour> several = HourClasses.doubled(classes);
    if (!none.isEmpty()) {
      item.problem(key, MESSAGES.text("classes.none", said(none.get(0)), none.size()));
    }
    if (!several.isEmpty()) {
      item.problem(key, MESSAGES.text("classes.several", said(several.get(0)), several.size()));
    }
    return none.isEmpty() && several.isEmpty();
  }

  private static String said(WeekHour hour) {
    return DAYS.get(hour.day().getValue() - 1)
        + String.format(Locale.ROOT, " %02d:00-%02d:00", hour.hour(), hour.hour() + 1);
  }

  /** One for each of its hours: {@code hours: ["02:00-07:00", "14:00-17:00"]}. */
  private static Optional<List<HourClass>> hourClass(
      String name, YamlSection one, BigDecimal min, BigDecimal max) {
    Optional<BigDecimal> value = one.value("value", CitedNumber.number(min, max));
    one.require("value");
    Optional<Set<DayOfWeek>> days =
        one.has("days") ? one.value("days", days()) : Optional.of(EnumSet.allOf(DayOfWeek.class));
    List<String> texts = one.has("hours") ? one.strings("hours") : List.of("00:00-24:00");
    List<Hours> hours = new ArrayList<>();
    for (String text : texts) {
      Optional<Hours> read = hours(text);
      read.ifPresentOrElse(
          hours::add, () -> one.problem("hours", MESSAGES.text("classes.hours", text)));
    }
    return value.isPresent() && days.isPresent() && hours.size() == texts.size()
        ? Optional.of(
            hours.stream()
                .map(h -> new HourClass(name, value.get(), h.from(), h.until(), days.get()))
                .toList())
        : Optional.empty();
  }

  /** Balances are cut at full hours: a price that changes between them could not be applied. */
  private static Optional<Hours> hours(String text) {
    Matcher matcher = HOURS.matcher(text.strip());
    if (!matcher.matches() || !matcher.group(2).equals("00") || !matcher.group(4).equals("00")) {
      return Optional.empty();
    }
    int from = Integer.parseInt(matcher.group(1)) % HourClasses.HOURS_A_DAY;
    int until = Integer.parseInt(matcher.group(3));
    boolean right =
        Integer.parseInt(matcher.group(1)) <= HourClasses.HOURS_A_DAY
            && until <= HourClasses.HOURS_A_DAY;
    return right
        ? Optional.of(new Hours(from, until == 0 ? HourClasses.HOURS_A_DAY : until))
        : Optional.empty();
  }

  private static ScalarType<Set<DayOfWeek>> days() {
    return ScalarType.of(MESSAGES.text("type.days"), HourClassesReader::daysOf);
  }

  /** {@code mon-fri}, {@code sat,sun}, {@code sat-mon}. */
  private static Optional<Set<DayOfWeek>> daysOf(String text) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      int first = DAYS.indexOf(ends[0]);
      int last = DAYS.indexOf(ends[ends.length - 1]);
      if (ends.length > 2 || first < 0 || last < 0) {
        return Optional.empty();
      }
      for (int day = first; ; day = (day + 1) % DAYS.size()) {
        days.add(DayOfWeek.of(day + 1));
        if (day == last) {
          break;
        }
      }
    }
    return Optional.of(days);
  }
}
