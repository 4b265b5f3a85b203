package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that an earlier version made is taken with all that is in it. */
final class MigrationsTest {

  @TempDir Path root;

  private String url() {
    return "jdbc:sqlite:" + root.resolve("accounting.db");
  }

  private void makeDatabase(int version, String... statements) throws Exception {
    try (Connection old = DriverManager.getConnection(url());
        Statement statement = old.createStatement()) {
      Migrations.apply(old, version);
      assertThat(Migrations.version(old)).isEqualTo(version);
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** As the version made it that knew no user's processes outside of any job, and no fractions. */
  @Test
  void takesADatabaseOfTheFirstSchemaWithAllThatIsInIt() throws Exception {
    makeDatabase(
        1,
        "INSERT INTO run (cluster, node, job, restart, begin_at, begin_ms, uid)"
            + " VALUES ('c', 'n', 1, 0, 'x', 0, 0)",
        "INSERT INTO held_gpu SELECT id, 'GPU-1', 'l4', 500000000 FROM run");
    try (AccountingStore store = AccountingStore.open(url())) {
      List<RunRecord> runs = store.read(MigrationsTest::runs);
      assertThat(runs)
          .singleElement()
          .satisfies(
              run ->
                  assertThat(run.gpus())
                      .containsExactly(new RunRecord.Gpu("GPU-1", "l4", 500_000_000)));
      assertThat(store.<Metered>read(MigrationsTest::metered).outsideSlurmByUid()).isEmpty();
    }
    try (Connection now = DriverManager.getConnection(url())) {
      assertThat(Migrations.version(now)).isEqualTo(Migrations.newest());
    }
  }

  /** Its meters had one word each for what they are within; names come again on other nodes. */
  @Test
  void whatAMeterIsWithinIsKeptOfADatabaseOfTheFourthSchema() throws Exception {
    makeDatabase(
        4,
        "INSERT INTO meter (id, cluster, node, part, device, within) VALUES"
            + " (1, 'c', 'n1', 'cpu-package', '0', 'node/psys'),"
            + " (2, 'c', 'n1', 'node', 'psys', 'node/bmc'),"
            + " (3, 'c', 'n1', 'node', 'bmc', NULL),"
            + " (4, 'c', 'n2', 'gpu', 'GPU-1', 'node/bmc'),"
            + " (5, 'c', 'n2', 'node', 'bmc', NULL),"
            + " (6, 'd', 'n1', 'node', 'bmc', NULL),"
            + " (7, 'd', 'n1', 'cpu-package', '0', NULL)",
        "INSERT INTO boot (id, cluster, node, boot) VALUES (1, 'c', 'n1', 'b')",
        "INSERT INTO balance (id, boot_id, seq, from_ms, to_ms, elapsed_ms)"
            + " VALUES (1, 1, 2, 0, 3600000, 3600000)",
        "INSERT INTO metered (balance_id, meter_id, kind, sampled_uj) VALUES"
            + " (1, 1, 'total', 64), (1, 2, 'total', 700), (1, 3, 'total', 5000)");
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThat(store.<List<String>>read(MigrationsTest::pairs))
          .containsExactly("1 in 2", "2 in 3", "4 in 5");
      assertThat(store.<Metered>read(MigrationsTest::metered).total().sampled()).isEqualTo(64);
    }
  }

  private static List<RunRecord> runs(Connection connection) throws SQLException {
    try (UsageQueries queries = new UsageQueries(connection)) {
      return queries.runs(Period.ALL);
    }
  }

  private static Metered metered(Connection connection) throws SQLException {
    try (UsageQueries queries = new UsageQueries(connection)) {
      return queries.metered(Period.ALL);
    }
  }

  private static List<String> pairs(Connection connection) throws SQLException {
    List<String> pairs = new ArrayList<>();
    try (Statements sql = new Statements(connection);
        ResultSet row =
            sql.query("SELECT meter_id, whole_id FROM meter_within ORDER BY meter_id, whole_id")) {
      while (row.next()) {
        pairs.add(row.getLong(1) + " in " + row.getLong(2));
      }
    }
    return pairs;
  }
}
