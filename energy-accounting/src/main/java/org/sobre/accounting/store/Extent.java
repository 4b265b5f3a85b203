package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** The first and the last millisecond of which the store knows anything. */
final class Extent {

  private final Statements sql;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  Extent(Statements sql) {
    this.sql = sql;
  }

  void add(long fromMillis, long untilMillis) {
    first = Math.min(first, fromMillis);
    last = Math.max(last, untilMillis);
  }

  void flush() throws SQLException {
    if (first == Long.MAX_VALUE) {
      return;
    }
    try (ResultSet row = sql.query("SELECT first_ms, last_ms FROM extent")) {
      if (row.next()) {
        add(row.getLong(1), row.getLong(2));
      }
    }
    sql.update("DELETE FROM extent");
    sql.update("INSERT INTO extent (first_ms, last_ms) VALUES (?, ?)", first, last);
  }

  private static Instant atHour(long hour) {
    return Instant.ofEpochMilli(hour * HourSums.MILLIS);
  }

  /** The hours in which they are; absent if it knows nothing. */
  static Optional<Period> read(Statements sql) throws SQLException {
    try (ResultSet row = sql.query("SELECT first_ms, last_ms FROM extent")) {
      return row.next()
          ? Optional.of(
              new Period(
                  Optional.of(atHour(HourSums.hour(row.getLong(1)))),
                  Optional.of(atHour(HourSums.hour(row.getLong(2)) + 1))))
          : Optional.empty();
    }
  }
}
