package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** An SQLite file that is only read. */
record SnapshotDialect(Snapshot snapshot) implements Dialect {

  @Override
  public Connection connect() throws SQLException, IOException {
    return snapshot.connect();
  }

  @Override
  public String schema(String migration) {
    return sqlite().schema(migration);
  }

  @Override
  public List<String> tables(Connection connection) throws SQLException {
    return sqlite().tables(connection);
  }

  @Override
  public String beginRead() {
    return sqlite().beginRead();
  }

  @Override
  public void lock(Connection connection) throws SQLException {
    throw new SQLException("a snapshot is read only");
  }

  @Override
  public void unlock(Connection connection) {}

  @Override
  public boolean sweep(Connection connection, List<String> tables) throws SQLException {
    throw new SQLException("a snapshot is read only");
  }

  private SqliteDialect sqlite() {
    return new SqliteDialect(snapshot.file().toString());
  }
}
