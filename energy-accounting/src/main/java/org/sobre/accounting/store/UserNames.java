package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What users of a cluster were called by the last job lines that tell it, by uid. */
final class UserNames {

  /**
   * A user: two clusters may give a uid to two people.
   *
   * @param cluster number of its name
   */
  record User(long cluster, int uid) {

    /** As {@link RowKey}: a record's own is made when it is first asked for, which takes longer. */
    @Override
    public boolean equals(Object other) {
      return other instanceof User user && uid == user.uid && cluster == user.cluster;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(cluster * 31 + uid);
    }
  }

  private final Map<User, RunEnd> latest = new HashMap<>();

  void put(User user, RunEnd end) {
    latest.merge(user, end, (a, b) -> b.endMillis() >= a.endMillis() ? b : a);
  }

  void flush(Statements sql, Names names) throws SQLException {
    if (latest.isEmpty()) {
      return;
    }
    try (ResultSet row = sql.query("SELECT cluster, uid, end_ms FROM user_name")) {
      while (row.next()) {
        User user = new User(row.getLong(1), row.getInt(2));
        RunEnd end = latest.get(user);
        if (end != null && end.endMillis() < row.getLong(3)) {
          latest.remove(user);
        }
      }
    }
    for (Map.Entry<User, RunEnd> user : latest.entrySet()) {
      sql.batch(
          "REPLACE INTO user_name (cluster, uid, name, end_ms) VALUES (?, ?, ?, ?)",
          user.getKey().cluster(),
          user.getKey().uid(),
          names.number(user.getValue().user()),
          user.getValue().endMillis());
    }
    latest.clear();
  }

  static Map<User, String> read(Statements sql, Names names) throws SQLException {
    Map<User, String> users = new HashMap<>();
    try (ResultSet row = sql.query("SELECT cluster, uid, name FROM user_name")) {
      while (row.next()) {
        users.put(new User(row.getLong(1), row.getInt(2)), names.text(row.getLong(3)));
      }
    }
    return users;
  }
}
