package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The numbers of names: of clusters, nodes, accounts, users, devices, types, units. One of all
 * names for each transaction; number 0 is no name.
 */
final class Names {

  static final long NONE = 0;

  private final Statements sql;
  private final List<String> texts = new ArrayList<>(List.of(""));
  private final Map<String, Long> numbers = new HashMap<>();

  Names(Statements sql) throws SQLException {
    this.sql = sql;
    try (ResultSet row = sql.query("SELECT text FROM name ORDER BY id")) {
      while (row.next()) {
        remember(row.getString(1));
      }
    }
  }

  private void remember(String text) {
    numbers.put(text, (long) texts.size());
    texts.add(text);
  }

  /** Its number; a new one is written with the next batch. */
  long number(String text) throws SQLException {
    Long known = numbers.get(text);
    if (known != null) {
      return known;
    }
    long number = texts.size();
    sql.batch("INSERT INTO name (id, text) VALUES (?, ?)", number, text);
    remember(text);
    return number;
  }

  long number(Optional<String> text) throws SQLException {
    return text.isPresent() ? number(text.get()) : NONE;
  }

  /** Its number, where it has one. */
  OptionalLong known(String text) {
    Long known = numbers.get(text);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }

  String text(long number) {
    return texts.get(Math.toIntExact(number));
  }

  Optional<String> optional(long number) {
    return number == NONE ? Optional.empty() : Optional.of(text(number));
  }
}
