package org.sobre.accounting.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.UsageFilter;
import org.sobre.accounting.store.UsageKey;

/**
 * Of which jobs a report tells: of those that have one of the names of each key that is here.
 *
 * @param names exact, as rows by that key show them; none of the calendar; sorted
 */
public record ReportFilter(Map<ReportKey, Set<String>> names) {

  public static final ReportFilter NONE = new ReportFilter(Map.of());

  public ReportFilter {
    Map<ReportKey, Set<String>> copy = new EnumMap<>(ReportKey.class);
    names.forEach(
        (key, some) -> {
          if (key.isOfCalendar() || some.isEmpty()) {
            throw new IllegalArgumentException(
                "expected names of one key or more of runs, found " + key + " " + some);
          }
          copy.put(key, Collections.unmodifiableSet(new TreeSet<>(some)));
        });
    names = Collections.unmodifiableMap(new LinkedHashMap<>(copy));
  }

  /** The same with another name in the place of one. */
  public ReportFilter renamed(ReportKey key, String name, String other) {
    Map<ReportKey, Set<String>> changed = new EnumMap<>(names);
    Set<String> some = new TreeSet<>(names.getOrDefault(key, Set.of()));
    some.remove(name);
    some.add(other);
    changed.put(key, some);
    return new ReportFilter(changed);
  }

  /** Whether it tells of all jobs. */
  public boolean isNone() {
    return names.isEmpty();
  }

  /**
   * The labs that are asked for; absent where all are, and where each account is a lab of its own:
   * then they are accounts of {@link #usage}.
   */
  public Optional<Set<String>> labs(LabMap labs) {
    return labs.equals(LabMap.BY_ACCOUNT)
        ? Optional.empty()
        : Optional.ofNullable(names.get(ReportKey.LAB));
  }

  /** What of it the store can choose by. */
  public UsageFilter usage(LabMap labs) {
    Map<UsageKey, Set<String>> usage = new HashMap<>();
    names.forEach(
        (key, some) -> {
          if (key != ReportKey.LAB || labs.equals(LabMap.BY_ACCOUNT)) {
            usage.merge(key.usageKey().orElseThrow(), some, ReportFilter::both);
          }
        });
    return new UsageFilter(usage);
  }

  static Set<String> both(Set<String> some, Set<String> others) {
    Set<String> both = new HashSet<>(some);
    both.retainAll(others);
    return both;
  }
}
