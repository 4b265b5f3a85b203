package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What users were called by the last job lines that tell it, by uid. */
final class UserNames {

  private final Map<Integer, RunEnd> latest = new HashMap<>();

  void put(int uid, RunEnd end) {
    latest.merge(uid, end, (a, b) -> b.endMillis() >= a.endMillis() ? b : a);
  }

  void flush(Statements sql, Names names) throws SQLException {
    if (latest.isEmpty()) {
      return;
    }
    try (ResultSet row = sql.query("SELECT uid, end_ms FROM user_name")) {
      while (row.next()) {
        RunEnd end = latest.get(row.getInt(1));
        if (end != null && end.endMillis() < row.getLong(2)) {
          latest.remove(row.getInt(1));
        }
      }
    }
    for (Map.Entry<Integer, RunEnd> user : latest.entrySet()) {
      sql.batch(
          "REPLACE INTO user_name (uid, name, end_ms) VALUES (?, ?, ?)",
          user.getKey(),
          names.number(user.getValue().user()),
          user.getValue().endMillis());
    }
    latest.clear();
  }

  static Map<Integer, String> read(Statements sql, Names names) throws SQLException {
    Map<Integer, String> users = new HashMap<>();
    try (ResultSet row = sql.query("SELECT uid, name FROM user_name")) {
      while (row.next()) {
        users.put(row.getInt(1), names.text(row.getLong(2)));
      }
    }
    return users;
  }
}
