package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Prepared statements of one connection, kept by their text. */
final class Statements implements AutoCloseable {

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  /** Runs a change; gives how many rows it changed. */
  int update(String sql, @Nullable Object... parameters) throws SQLException {
    return bound(sql, parameters).executeUpdate();
  }

  /** The first column of the first row; absent if there is no row or it is NULL. */
  OptionalLong number(String sql, @Nullable Object... parameters) throws SQLException {
    try (ResultSet rows = bound(sql, parameters).executeQuery()) {
      if (!rows.next()) {
        return OptionalLong.empty();
      }
      long value = rows.getLong(1);
      return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
  }

  /** As {@link #number}, for a text. */
  Optional<String> text(String sql, @Nullable Object... parameters) throws SQLException {
    try (ResultSet rows = bound(sql, parameters).executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
    }
  }

  ResultSet query(String sql, @Nullable Object... parameters) throws SQLException {
    return bound(sql, parameters).executeQuery();
  }

  private PreparedStatement bound(String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < parameters.length; i++) {
      Object value = parameters[i];
      if (value == null) {
        statement.setNull(i + 1, Types.NULL);
      } else {
        statement.setObject(i + 1, value);
      }
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
  }
}
