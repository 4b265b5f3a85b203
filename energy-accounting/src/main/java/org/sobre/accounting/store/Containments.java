package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.RunKey;

/**
 * Which meters contain which, by node; and which were seen together, for what a line tells late.
 */
final class Containments {

  private record Node(String cluster, String name) {}

  private static final class Known {
    final Containment containment;
    final Set<Set<MeterId>> sets = new HashSet<>();
    final Set<String> written = new HashSet<>();

    Known(Containment containment) {
      this.containment = containment;
    }
  }

  private final Statements sql;
  private final Map<Node, Known> nodes = new HashMap<>();
  private boolean isTooLate;

  Containments(Statements sql) {
    this.sql = sql;
  }

  Containment of(RunKey run) throws SQLException {
    return known(new Node(run.cluster(), run.node())).containment;
  }

  Containment of(LineHeader header) throws SQLException {
    return known(new Node(header.cluster(), header.node())).containment;
  }

  private Known known(Node node) throws SQLException {
    Known known = nodes.get(node);
    if (known == null) {
      known = new Known(Containment.read(sql, node.cluster(), node.name()));
      try (ResultSet row =
          sql.query(
              "SELECT meters FROM meter_set WHERE cluster = ? AND node = ?",
              node.cluster(),
              node.name())) {
        while (row.next()) {
          String text = row.getString(1);
          known.written.add(text);
          known.sets.add(
              text.lines()
                  .flatMap(meter -> Containment.meter(meter).stream())
                  .collect(Collectors.toSet()));
        }
      }
      nodes.put(node, known);
    }
    return known;
  }

  /** What a line tells: from then on it holds for all lines of the node. */
  void learn(LineHeader header, MeterId meter, MeterId whole) throws SQLException {
    Known known = known(new Node(header.cluster(), header.node()));
    if (known.containment.knows(meter, whole)) {
      return;
    }
    Map<Set<MeterId>, Set<MeterId>> before = new HashMap<>();
    known.sets.forEach(set -> before.put(set, counting(known.containment, set)));
    known.containment.learn(meter, whole);
    isTooLate |=
        known.sets.stream()
            .anyMatch(set -> !counting(known.containment, set).equals(before.get(set)));
    sql.batch(
        "INSERT INTO meter_within (cluster, node, meter, whole) VALUES (?, ?, ?, ?)",
        header.cluster(),
        header.node(),
        meter.toString(),
        whole.toString());
  }

  private static Set<MeterId> counting(Containment containment, Set<MeterId> set) {
    return set.stream().filter(meter -> containment.counts(meter, set)).collect(Collectors.toSet());
  }

  /** Notes that meters were seen together. */
  void see(LineHeader header, Set<MeterId> meters) throws SQLException {
    Known known = known(new Node(header.cluster(), header.node()));
    if (meters.size() > 1 && !known.sets.contains(meters)) {
      Set<MeterId> set = Set.copyOf(meters);
      known.sets.add(set);
      String text =
          new TreeSet<>(set).stream().map(MeterId::toString).collect(Collectors.joining("\n"));
      if (known.written.add(text)) {
        sql.batch(
            "INSERT INTO meter_set (cluster, node, meters) VALUES (?, ?, ?)",
            header.cluster(),
            header.node(),
            text);
      }
    }
  }

  /** Whether sums that are stored would be others, by what a line told since. */
  boolean isTooLate() {
    return isTooLate;
  }
}
