package org.sobre.accounting.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Brings a database to the schema of this version: numbered SQL resources, each applied once, the
 * number of the last one in a table. What versions before the first release made is emptied: it is
 * a copy of the ledger, and the next ingest fills it anew.
 *
 * @param url to name the database by
 */
record Migrations(Dialect dialect, String url) {

  /** Tables whose rows follow from lines that were taken. */
  static final List<String> FILLED_BY_INGEST =
      List.of(
          "extent",
          "name",
          "boot",
          "line_hash",
          "ledger_file",
          "quarantine",
          "meter_set",
          "run",
          "user_name",
          "run_block",
          "usage_day",
          "job_return",
          "metered_day",
          "node_news");

  /** What versions before the first release made. */
  private static final Set<String> OF_OLD =
      Set.of(
          "boot",
          "line",
          "ledger_file",
          "quarantine",
          "meter",
          "meter_within",
          "run",
          "held_gpu",
          "run_energy",
          "balance",
          "share",
          "metered",
          "outside",
          "run_use",
          "counter_check");

  private static final List<String> RESOURCES =
      List.of("001-ledger.sql", "002-slurm-job.sql", "003-forgotten.sql");
  private static final String VERSIONS = "schema_version";
  private static final Pattern STATEMENT_END = Pattern.compile(";\\s*\\n");

  /** Of the newest schema. */
  static int newest() {
    return RESOURCES.size();
  }

  /** 0 of an empty database, and of one that a version before the first release made. */
  int version(Connection connection) throws SQLException {
    if (!dialect.tables(connection).contains(VERSIONS)) {
      return 0;
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT max(version) FROM " + VERSIONS)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  boolean isEmpty(Connection connection) throws SQLException {
    return dialect.tables(connection).isEmpty();
  }

  /** Within the transaction of the caller. Another process may have been here before it. */
  void apply(Connection connection) throws SQLException, IOException {
    int known = version(connection);
    try (Statement statement = connection.createStatement()) {
      if (known == 0) {
        List<String> tables = dialect.tables(connection);
        refuseOthers(tables);
        for (String table : tables) {
          statement.execute("DROP TABLE " + table);
        }
        statement.execute(
            dialect.schema("CREATE TABLE " + VERSIONS + " (version BIGINT NOT NULL)${table}"));
      }
      for (int version = known; version < newest(); version++) {
        String sql = dialect.schema(read(RESOURCES.get(version)));
        for (String one : STATEMENT_END.splitAsStream(sql).toList()) {
          if (!one.isBlank()) {
            statement.execute(one);
          }
        }
        statement.execute("INSERT INTO " + VERSIONS + " (version) VALUES (" + (version + 1) + ")");
      }
    }
  }

  /** Somebody else's database, which a mistyped URL names. */
  private void refuseOthers(List<String> tables) throws StoreException {
    List<String> others =
        tables.stream()
            .filter(table -> !OF_OLD.contains(table) && !FILLED_BY_INGEST.contains(table))
            // without a version in it: what was begun and killed, where each table is stored at
            // once
            .filter(table -> !table.equals(VERSIONS))
            .sorted()
            .toList();
    if (!others.isEmpty()) {
      throw new StoreException(
          url
              + ": expected an accounting database or an empty one, found one with the tables "
              + String.join(", ", others)
              + "; name another as store.url");
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
