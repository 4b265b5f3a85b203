package org.sobre.slurm.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host names in Slurm's short form: {@code gpu01 gpu02 gpu03 ctl} is {@code ctl,gpu[01-03]}.
 *
 * <p>Only numbers at the end of a name are put together: slurm.conf(5), NodeName, refuses text
 * after a bracket that stands alone ("unit[0-31]rack"). Zeros in front of a number are part of it:
 * a range goes on only where counting on from its first number, at that width, gives the very name.
 */
public final class HostRange {

  /** A number of more digits is a serial number, not a count. */
  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,9})");

  /**
   * The order of names for people and for files: by the words, and numbers by their value.
   * Consistent with equals.
   */
  public static final Comparator<String> ORDER =
      Comparator.comparing(HostRange::stem)
          .thenComparingLong(HostRange::number)
          .thenComparingInt(String::length)
          .thenComparing(Comparator.naturalOrder());

  private HostRange() {}

  /** Each name once, in {@link #ORDER}; the same text for the same names in whatever order. */
  public static String compress(Collection<String> names) {
    Map<String, List<String>> numbersByStem = new LinkedHashMap<>();
    StringJoiner list = new StringJoiner(",");
    TreeSet<String> sorted = new TreeSet<>(ORDER);
    sorted.addAll(names);
    for (String name : sorted) {
      String stem = stem(name);
      numbersByStem
          .computeIfAbsent(stem, s -> new ArrayList<>())
          .add(name.substring(stem.length()));
    }
    numbersByStem.forEach((stem, numbers) -> list.add(item(stem, numbers)));
    return list.toString();
  }

  private static String item(String stem, List<String> numbers) {
    List<String> plain = new ArrayList<>();
    if (numbers.get(0).isEmpty()) {
      plain.add(stem);
    }
    List<String> ranges = ranges(numbers.stream().filter(n -> !n.isEmpty()).toList());
    if (stem.isEmpty()) {
      // a bracket alone is no name to every reader
      plain.addAll(numbers);
    } else if (ranges.size() == 1 && !ranges.get(0).contains("-")) {
      plain.add(stem + ranges.get(0));
    } else if (!ranges.isEmpty()) {
      plain.add(stem + "[" + String.join(",", ranges) + "]");
    }
    return String.join(",", plain);
  }

  private static List<String> ranges(List<String> numbers) {
    List<String> ranges = new ArrayList<>();
    int i = 0;
    while (i < numbers.size()) {
      String first = numbers.get(i);
      int last = i;
      while (last + 1 < numbers.size()
          && numbers.get(last + 1).equals(next(numbers.get(last), first.length()))) {
        last++;
      }
      ranges.add(last == i ? first : first + "-" + numbers.get(last));
      i = last + 1;
    }
    return ranges;
  }

  private static String next(String number, int width) {
    String digits = Long.toString(Long.parseLong(number) + 1);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static String stem(String name) {
    Matcher m = NUMBERED.matcher(name);
    return m.matches() ? m.group(1) : name;
  }

  private static long number(String name) {
    Matcher m = NUMBERED.matcher(name);
    return m.matches() ? Long.parseLong(m.group(2)) : -1;
  }
}
