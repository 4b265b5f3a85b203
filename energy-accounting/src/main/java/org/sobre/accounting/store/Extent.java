package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.LineHeader;

/**
 * The first and the last millisecond of which the store knows anything, and the first by a clock
 * that was set: a line of 1970 is in reports, and says nothing of when the ledger begins.
 */
final class Extent {

  private final Statements sql;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  private OptionalLong firstSet = OptionalLong.empty();

  Extent(Statements sql) {
    this.sql = sql;
  }

  /** What a line tells of. */
  void add(LineHeader header, long fromMillis, long untilMillis) {
    add(fromMillis, untilMillis);
    if (!header.clockUnset()) {
      addSet(fromMillis);
    }
  }

  private void add(long fromMillis, long untilMillis) {
    first = Math.min(first, fromMillis);
    last = Math.max(last, untilMillis);
  }

  private void addSet(long millis) {
    firstSet = OptionalLong.of(Math.min(firstSet.orElse(millis), millis));
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
    begins(sql).ifPresent(this::addSet);
    sql.update("DELETE FROM extent");
    sql.update(
        "INSERT INTO extent (first_ms, last_ms, first_set_ms) VALUES (?, ?, ?)",
        first,
        last,
        firstSet.isPresent() ? (Long) firstSet.getAsLong() : null);
  }

  /** The first millisecond of which a line tells whose clock was set. */
  static OptionalLong begins(Statements sql) throws SQLException {
    return sql.number("SELECT first_set_ms FROM extent");
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
