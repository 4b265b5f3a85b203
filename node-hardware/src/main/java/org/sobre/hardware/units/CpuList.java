package org.sobre.hardware.units;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of logical processors in the kernel's list format, {@code 0-47,96-143} (Linux
 * Documentation/admin-guide/kernel-parameters.rst, "cpu lists").
 *
 * @param cpus their numbers, 0 to {@value #HIGHEST}; at least one
 */
public record CpuList(SortedSet<Integer> cpus) {

  /** More than any kernel is built for (CONFIG_NR_CPUS is 8192 in Debian's). */
  public static final int HIGHEST = 65_535;

  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  public CpuList {
    cpus = Collections.unmodifiableSortedSet(new TreeSet<>(cpus));
    if (cpus.isEmpty() || cpus.first() < 0 || cpus.last() > HIGHEST) {
      throw new IllegalArgumentException(
          "expected at least one processor of 0 to " + HIGHEST + ", found " + cpus);
    }
  }

  public static CpuList of(Collection<Integer> cpus) {
    return new CpuList(new TreeSet<>(cpus));
  }

  /** Empty for a text that is no list, and for the empty list. */
  public static Optional<CpuList> parse(String text) {
    SortedSet<Integer> cpus = new TreeSet<>();
    for (String item : text.strip().split(",", -1)) {
      Matcher m = RANGE.matcher(item.strip());
      if (!m.matches()) {
        return Optional.empty();
      }
      int first = Integer.parseInt(m.group(1));
      int last = m.group(2) == null ? first : Integer.parseInt(m.group(2));
      if (last < first || last > HIGHEST) {
        return Optional.empty();
      }
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return Optional.of(new CpuList(cpus));
  }

  public boolean containsAll(CpuList other) {
    return cpus.containsAll(other.cpus);
  }

  /** In the list format, ranges closed up. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(",");
    int first = cpus.first();
    int last = first;
    for (int cpu : cpus.tailSet(first + 1)) {
      if (cpu != last + 1) {
        text.add(range(first, last));
        first = cpu;
      }
      last = cpu;
    }
    return text.add(range(first, last)).toString();
  }

  private static String range(int first, int last) {
    return first == last ? String.valueOf(first) : first + "-" + last;
  }
}
