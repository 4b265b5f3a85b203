package org.sobre.accounting.store;

import java.util.HashSet;
import java.util.Set;

/** Which runs a filter chooses; it looks at each combination of names once. */
final class RunChoice {

  private final UsageFilter filter;
  private final UsageNames called;
  private final Set<RowKey> chosen = new HashSet<>();
  private final Set<RowKey> others = new HashSet<>();

  RunChoice(UsageFilter filter, UsageNames called) {
    this.filter = filter;
    this.called = called;
  }

  boolean has(RunBlocks.Entry run) {
    if (filter.isAll()) {
      return true;
    }
    RowKey key = RowKey.of(filter.names().keySet(), run);
    if (chosen.contains(key)) {
      return true;
    }
    if (others.contains(key)) {
      return false;
    }
    boolean isChosen =
        filter.names().entrySet().stream()
            .allMatch(one -> one.getValue().contains(called.name(one.getKey(), key)));
    (isChosen ? chosen : others).add(key);
    return isChosen;
  }
}
