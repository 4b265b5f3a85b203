package org.sobre.accounting.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Which runs are asked for: those that have one of the names of each key that is here.
 *
 * @param names exact, by key; no key at all asks for every run
 */
public record UsageFilter(Map<UsageKey, Set<String>> names) {

  public static final UsageFilter NONE = new UsageFilter(Map.of());

  public UsageFilter {
    Map<UsageKey, Set<String>> copy = new EnumMap<>(UsageKey.class);
    names.forEach((key, some) -> copy.put(key, Set.copyOf(some)));
    names = Map.copyOf(copy);
  }

  boolean isAll() {
    return names.isEmpty();
  }
}
