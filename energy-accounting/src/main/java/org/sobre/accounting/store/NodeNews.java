package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.LineHeader;

/** Until when each node's lines tell of it. */
public final class NodeNews {

  /**
   * A node, and the last instant of which any of its lines tells.
   *
   * @param at to the millisecond
   */
  public record News(String cluster, String node, Instant at) {}

  private record Node(String cluster, String name) {}

  private final Statements sql;
  private final Map<Node, Long> latest = new HashMap<>();

  NodeNews(Statements sql) {
    this.sql = sql;
  }

  /** A line that tells of its node until a millisecond; by a clock that was set. */
  void add(LineHeader header, long untilMillis) {
    if (header.clockUnset()) {
      return;
    }
    latest.merge(new Node(header.cluster(), header.node()), untilMillis, Math::max);
  }

  void flush() throws SQLException {
    for (Map.Entry<Node, Long> node : latest.entrySet()) {
      String cluster = node.getKey().cluster();
      String name = node.getKey().name();
      long before =
          sql.number("SELECT last_ms FROM node_news WHERE cluster = ? AND node = ?", cluster, name)
              .orElse(Long.MIN_VALUE);
      if (before < node.getValue()) {
        sql.update(
            "REPLACE INTO node_news (cluster, node, last_ms) VALUES (?, ?, ?)",
            cluster,
            name,
            node.getValue());
      }
    }
    latest.clear();
  }

  /** The first instant of which any line tells whose clock was set; absent if there is none. */
  public static Optional<Instant> ledgerBegins(Connection connection) throws SQLException {
    try (Statements sql = new Statements(connection)) {
      OptionalLong begins = Extent.begins(sql);
      return begins.isPresent()
          ? Optional.of(Instant.ofEpochMilli(begins.getAsLong()))
          : Optional.empty();
    }
  }

  /** Of all nodes, by cluster and name. */
  public static List<News> read(Connection connection) throws SQLException {
    List<News> news = new ArrayList<>();
    try (Statements sql = new Statements(connection);
        ResultSet row =
            sql.query("SELECT cluster, node, last_ms FROM node_news ORDER BY cluster, node")) {
      while (row.next()) {
        news.add(
            new News(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))));
      }
    }
    return news;
  }
}
