package org.sobre.jobs.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Numbers joined by dots, compared number by number, so that 8.10 comes after 8.9.
 *
 * @param numbers at least one; a missing one counts as 0 in a comparison
 */
public record Version(List<Integer> numbers) implements Comparable<Version> {

  private static final Pattern FORM = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,4}");

  public Version {
    numbers = List.copyOf(numbers);
  }

  public static Optional<Version> parse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(
            new Version(Arrays.stream(text.split("\\.", -1)).map(Integer::valueOf).toList()))
        : Optional.empty();
  }

  @Override
  public int compareTo(Version other) {
    for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
      int order = Integer.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private int number(int place) {
    return place < numbers.size() ? numbers.get(place) : 0;
  }

  @Override
  public String toString() {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
  }
}
