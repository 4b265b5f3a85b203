package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Slurm's short form of a list of host names: {@code n1}, {@code n[1-3,7],ctl}, {@code
 * r[01-02]n[1-2]}. Zeros in front of a number are kept.
 */
public final class NodeList {

  private static final Pattern BRACKET = Pattern.compile("([^\\[\\]]*)\\[([0-9,-]+)\\](.*)");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

  /** Of a list; Slurm itself refuses a range of more than 65 536. */
  public static final int MOST_NODES = 100_000;

  private static final int MOST_BRACKETS = 4;

  private NodeList() {}

  /** The place of a node in the list, from 0; absent if it is not in it or the list is odd. */
  static OptionalInt position(String list, String node) {
    int index = expand(list).indexOf(node);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }

  /**
   * All names, in order; empty if any part of the text is no node list, or if it is one of more
   * than {@link #MOST_NODES}.
   */
  public static List<String> expand(String list) {
    List<String> names = new ArrayList<>();
    for (String item : splitOutsideBrackets(list)) {
      List<String> more = expandItem(item, MOST_BRACKETS);
      names.addAll(more);
      if ((more.isEmpty() && !item.isEmpty()) || names.size() > MOST_NODES) {
        return List.of();
      }
    }
    return names;
  }

  private static List<String> splitOutsideBrackets(String list) {
    List<String> items = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= list.length(); i++) {
      char c = i == list.length() ? ',' : list.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
        items.add(list.substring(start, i));
        start = i + 1;
      }
    }
    if (start <= list.length()) {
      items.add(list.substring(start)); // a bracket is open
    }
    return items;
  }

  private static List<String> expandItem(String item, int brackets) {
    Matcher m = BRACKET.matcher(item);
    if (!m.matches() || brackets == 0) {
      return item.isEmpty() || item.contains("[") || item.contains("]") ? List.of() : List.of(item);
    }
    List<String> tails = m.group(3).isEmpty() ? List.of("") : expandItem(m.group(3), brackets - 1);
    List<String> names = new ArrayList<>();
    for (String range : m.group(2).split(",", -1)) {
      List<String> numbers = numbers(range);
      if (numbers.isEmpty() || (names.size() + (long) numbers.size() * tails.size()) > MOST_NODES) {
        return List.of();
      }
      numbers.forEach(number -> tails.forEach(tail -> names.add(m.group(1) + number + tail)));
    }
    return names;
  }

  private static List<String> numbers(String range) {
    Matcher m = RANGE.matcher(range);
    if (!m.matches()) {
      return List.of();
    }
    int first = Integer.parseInt(m.group(1));
    int last = m.group(2) == null ? first : Integer.parseInt(m.group(2));
    if (last - first > MOST_NODES) {
      return List.of();
    }
    List<String> numbers = new ArrayList<>();
    int width = m.group(1).length();
    for (int n = first; n <= last; n++) {
      String digits = Integer.toString(n);
      numbers.add("0".repeat(Math.max(0, width - digits.length())) + digits);
    }
    return numbers;
  }
}
