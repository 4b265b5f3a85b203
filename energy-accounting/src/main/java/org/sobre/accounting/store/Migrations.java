package org.sobre.accounting.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Brings a database to the schema of this version: numbered SQL resources, each applied once, the
 * number of the last one in {@code PRAGMA user_version}.
 */
final class Migrations {

  private static final List<String> RESOURCES =
      List.of(
          "001-ledger.sql",
          "002-outside.sql",
          "003-fractions.sql",
          "004-use.sql",
          "005-within.sql");
  private static final Pattern STATEMENT_END = Pattern.compile(";\\s*\\n");

  private Migrations() {}

  /** Of the newest schema. */
  static int newest() {
    return RESOURCES.size();
  }

  static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  /**
   * Within the transaction of the caller.
   *
   * @param target the version it is brought to, if it is older
   */
  static void apply(Connection connection, int target) throws SQLException, IOException {
    for (int version = version(connection); version < target; version++) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : STATEMENT_END.splitAsStream(read(RESOURCES.get(version))).toList()) {
          if (!sql.isBlank()) {
            statement.execute(sql);
          }
        }
        statement.execute("PRAGMA user_version = " + (version + 1));
      }
    }
  }

  private static String read(String resource) throws IOException {
    try (InputStream in = Migrations.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not in the jar: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
