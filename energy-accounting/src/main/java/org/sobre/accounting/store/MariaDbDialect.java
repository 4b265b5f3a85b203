package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A database of a MariaDB server: InnoDB, names told apart by every byte, blanks at their end too.
 * Who writes holds a lock of the server's, named after the database, from before its transaction
 * until after it.
 *
 * @param password is in no message
 */
record MariaDbDialect(String url, Optional<String> user, String password) implements Dialect {

  private static final int WAIT_FOR_WRITER_SECONDS = 30;

  /** For one answer: longer than another writer is waited for. */
  private static final int WAIT_FOR_SERVER_MILLIS = 60_000;

  private static final String LOCK = "concat('sobre ', sha1(database()))";

  @Override
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    user.ifPresent(name -> properties.setProperty("user", name));
    properties.setProperty("password", password);
    // batches of rows are one packet; zones are nobody's business here: all times are numbers
    properties.setProperty("useBulkStmts", "true");
    properties.setProperty("sessionVariables", "sql_mode='STRICT_ALL_TABLES,ANSI_QUOTES'");
    properties.setProperty("connectTimeout", "10000");
    properties.setProperty("socketTimeout", Integer.toString(WAIT_FOR_SERVER_MILLIS));
    return DriverManager.getConnection(url, properties);
  }

  @Override
  public String schema(String migration) {
    return migration
        .replace("${key}", "BIGINT PRIMARY KEY")
        .replace("${table}", " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin");
  }

  @Override
  public List<String> tables(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT table_name FROM information_schema.tables"
                    + " WHERE table_schema = database()")) {
      while (row.next()) {
        tables.add(row.getString(1));
      }
    }
    return tables;
  }

  @Override
  public String beginRead() {
    return "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
  }

  @Override
  public void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT GET_LOCK(" + LOCK + ", " + WAIT_FOR_WRITER_SECONDS + ")")) {
      if (!row.next() || row.getInt(1) != 1) {
        throw new SQLTransientException(
            "another ingest has been writing for " + WAIT_FOR_WRITER_SECONDS + " s");
      }
    }
  }

  @Override
  public void unlock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DO RELEASE_LOCK(" + LOCK + ")");
    }
  }

  /** Each table is made anew; binary logs and backups are the server's own business. */
  @Override
  public boolean sweep(Connection connection, List<String> tables) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.execute("ALTER TABLE " + table + " FORCE");
      }
    }
    return true;
  }

  /** Without the password, whoever prints it. */
  @Override
  public String toString() {
    return url;
  }
}
