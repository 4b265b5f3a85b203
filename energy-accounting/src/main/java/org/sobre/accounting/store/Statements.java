package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Prepared statements of one connection, kept by their text. */
final class Statements implements AutoCloseable {

  private static final int BATCH_ROWS = 1_000;

  /** A change, and how many of it wait. */
  private static final class Batch {
    final PreparedStatement statement;
    int waiting;

    Batch(PreparedStatement statement) {
      this.statement = statement;
    }

    void run() throws SQLException {
      statement.executeBatch();
      waiting = 0;
    }
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private final Map<String, Batch> batched = new LinkedHashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  /** Runs a change; gives how many rows it changed. */
  int update(String sql, @Nullable Object... parameters) throws SQLException {
    return bound(sql, parameters).executeUpdate();
  }

  /** Runs a change together with others of its text, at the latest at {@link #flush}. */
  void batch(String sql, @Nullable Object... parameters) throws SQLException {
    Batch batch = batched.get(sql);
    if (batch == null) {
      batch = new Batch(connection.prepareStatement(sql));
      batched.put(sql, batch);
    }
    bind(batch.statement, parameters);
    batch.statement.addBatch();
    if (++batch.waiting >= BATCH_ROWS) {
      batch.run();
    }
  }

  /** Runs the changes that wait. */
  void flush() throws SQLException {
    for (Batch batch : batched.values()) {
      if (batch.waiting > 0) {
        batch.run();
      }
    }
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

  /** As {@link #number}, for bytes. */
  Optional<byte[]> bytes(String sql, @Nullable Object... parameters) throws SQLException {
    try (ResultSet rows = bound(sql, parameters).executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getBytes(1)) : Optional.empty();
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
    bind(statement, parameters);
    return statement;
  }

  private static void bind(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      Object value = parameters[i];
      if (value == null) {
        statement.setNull(i + 1, Types.BIGINT);
      } else if (value instanceof byte[] bytes) {
        statement.setBytes(i + 1, bytes);
      } else if (value instanceof Long number) {
        statement.setLong(i + 1, number);
      } else {
        statement.setObject(i + 1, value);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared.values()) {
      statement.close();
    }
    for (Batch batch : batched.values()) {
      batch.statement.close();
    }
  }
}
