package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;

/**
 * Which meters of a node contain which, by all that any of its lines told: what was so once stays
 * so, in whatever order lines come. A meter that contains others counts only where none of those
 * was seen in the same balance, or is named in the same job line.
 */
final class Containment {

  private static final int BEYOND_SLASH = 1;

  private final Map<MeterId, Set<MeterId>> directly = new HashMap<>();
  private final Map<MeterId, Set<MeterId>> within = new HashMap<>();

  static Containment read(Statements sql, String cluster, String node) throws SQLException {
    Containment known = new Containment();
    try (ResultSet row =
        sql.query(
            "SELECT meter, whole FROM meter_within WHERE cluster = ? AND node = ?",
            cluster,
            node)) {
      while (row.next()) {
        Optional<MeterId> meter = meter(row.getString(1));
        Optional<MeterId> whole = meter(row.getString(2));
        if (meter.isPresent() && whole.isPresent()) {
          known.learn(meter.get(), whole.get());
        }
      }
    }
    return known;
  }

  static Optional<MeterId> meter(String text) {
    int slash = text.indexOf('/');
    return Part.ofJsonName(text.substring(0, slash))
        .map(part -> new MeterId(part, text.substring(slash + BEYOND_SLASH)));
  }

  /** Whether none contains any. */
  boolean isEmpty() {
    return directly.isEmpty();
  }

  boolean knows(MeterId meter, MeterId whole) {
    return directly.getOrDefault(whole, Set.of()).contains(meter);
  }

  void learn(MeterId meter, MeterId whole) {
    directly.computeIfAbsent(whole, absent -> new HashSet<>()).add(meter);
    within.clear();
    directly.keySet().forEach(one -> within.put(one, reach(one)));
  }

  private Set<MeterId> reach(MeterId whole) {
    Set<MeterId> reached = new HashSet<>();
    Set<MeterId> next = directly.getOrDefault(whole, Set.of());
    while (!next.isEmpty()) {
      Set<MeterId> further = new HashSet<>();
      for (MeterId meter : next) {
        if (reached.add(meter)) {
          further.addAll(directly.getOrDefault(meter, Set.of()));
        }
      }
      next = further;
    }
    return reached;
  }

  /** The meters within another, over any number of levels. */
  Set<MeterId> within(MeterId whole) {
    return within.getOrDefault(whole, Set.of());
  }

  /**
   * Whether a meter is added to sums beside others.
   *
   * @param seen the meters that were, in the same balance or job line
   */
  boolean counts(MeterId meter, Collection<MeterId> seen) {
    Set<MeterId> inner = within(meter);
    return inner.isEmpty() || seen.stream().noneMatch(inner::contains);
  }
}
