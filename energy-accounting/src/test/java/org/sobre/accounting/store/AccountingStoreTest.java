package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;

final class AccountingStoreTest {

  @TempDir Path root;

  private String url() {
    return "jdbc:sqlite:" + root.resolve("accounting.db");
  }

  private static long runs(AccountingStore store) throws IOException {
    return store.read(
        connection -> {
          try (Statements sql = new Statements(connection)) {
            return sql.number("SELECT count(*) FROM run").orElseThrow();
          }
        });
  }

  private static boolean addRun(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(
          "INSERT INTO run (cluster, node, job, restart, begin_at, begin_ms, uid)"
              + " VALUES ('c', 'n', 1, 0, 'x', 0, 0)");
    }
  }

  @Test
  void storesAllOfATransactionOrNothing() throws Exception {
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThatThrownBy(
              () ->
                  store.write(
                      connection -> {
                        addRun(connection);
                        throw new IOException("the share went away");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("the share went away");
      assertThat(runs(store)).isZero();
      store.write(AccountingStoreTest::addRun);
    }
    try (AccountingStore again = AccountingStore.open(url())) {
      assertThat(runs(again)).isEqualTo(1);
    }
  }

  /** As the version made it that knew no user's processes outside of any job, and no fractions. */
  @Test
  void takesADatabaseOfTheFirstSchemaWithAllThatIsInIt() throws Exception {
    try (Connection old = DriverManager.getConnection(url());
        Statement statement = old.createStatement()) {
      for (String sql : schema("001-ledger.sql").split(";\\s*\\n", -1)) {
        if (!sql.isBlank()) {
          statement.execute(sql);
        }
      }
      addRun(old);
      statement.execute("INSERT INTO held_gpu SELECT id, 'GPU-1', 'l4', 500000000 FROM run");
      statement.execute("PRAGMA user_version = 1");
    }
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThat(runs(store)).isEqualTo(1);
      long outside =
          store.read(
              connection -> {
                try (Statements sql = new Statements(connection)) {
                  return sql.number("SELECT count(*) FROM outside").orElseThrow();
                }
              });
      assertThat(outside).isZero();
      List<RunRecord.Gpu> held = store.read(AccountingStoreTest::held);
      assertThat(held).containsExactly(new RunRecord.Gpu("GPU-1", "l4", 500_000_000));
    }
    try (Connection now = DriverManager.getConnection(url())) {
      assertThat(Migrations.version(now)).isEqualTo(Migrations.newest());
    }
  }

  private static List<RunRecord.Gpu> held(Connection connection) throws SQLException {
    try (UsageQueries queries = new UsageQueries(connection)) {
      return queries.runs(Period.ALL).get(0).gpus();
    }
  }

  private static String schema(String resource) throws IOException {
    try (InputStream in = AccountingStore.class.getResourceAsStream(resource)) {
      return new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** `sobre report` of an administrator, before the service of user sobre has ever run. */
  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void givesADatabaseThatRootMakesToTheOwnerOfItsDirectory() throws Exception {
    int sobre = 64_000;
    Files.setAttribute(root, "unix:uid", sobre);
    try (AccountingStore store = AccountingStore.open(url())) {
      store.write(AccountingStoreTest::addRun);
      try (Stream<Path> files = Files.list(root)) {
        assertThat(files)
            .hasSizeGreaterThan(1)
            .allSatisfy(file -> assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(sobre));
      }
    }
  }

  /** The directory is user sobre's, and root reports. */
  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void rootWritesThroughItsOwnLinksAndThroughNobodyElses() throws Exception {
    Path target = root.resolve("target.db");
    Path link = Files.createSymbolicLink(root.resolve("accounting.db"), target);
    Files.setAttribute(link, "unix:uid", 4242, LinkOption.NOFOLLOW_LINKS);
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("found a link of user 4242's");
    assertThat(target).doesNotExist();

    Files.createFile(target);
    Files.setAttribute(link, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThat(runs(store)).isZero();
    }
    assertThat(target).isNotEmptyFile();
  }

  @Test
  void refusesADatabaseOfANewerSobre() throws Exception {
    try (AccountingStore store = AccountingStore.open(url())) {
      store.write(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              return statement.execute("PRAGMA user_version = 99");
            }
          });
    }
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("found 99; a newer Sobre made it");
  }

  @Test
  void namesWhatIsNoDatabase() throws Exception {
    Files.writeString(root.resolve("accounting.db"), "this is a text, and long enough to be one\n");
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(url());
  }

  @Test
  void refusesOtherDatabases() {
    assertThatThrownBy(() -> AccountingStore.open("jdbc:postgresql:sobre"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("must be jdbc:sqlite:FILE, found \"jdbc:postgresql:sobre\"");
    SobreConfig config =
        SobreConfig.parse("sobre.yaml", "schema: sobre/1\nstore: {url: jdbc:postgresql:sobre}\n");
    StoreConfig.from(config.store());
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .containsExactly(
            "sobre.yaml:2:9: store.url: expected jdbc:sqlite:FILE,"
                + " found \"jdbc:postgresql:sobre\"");
  }

  @Test
  void sumsBeyondALong() throws Exception {
    QualitySums sum = QualitySums.ZERO;
    try (AccountingStore store = AccountingStore.open(url())) {
      sum =
          store.read(
              connection -> {
                try (Statements sql = new Statements(connection)) {
                  java.sql.ResultSet row =
                      sql.query(
                          "WITH t (counter_uj, sampled_uj, modelled_uj) AS (VALUES (?, NULL, 1),"
                              + " (?, NULL, 2)) SELECT "
                              + QualitySums.sql("t")
                              + " FROM t",
                          Long.MAX_VALUE,
                          Long.MAX_VALUE);
                  row.next();
                  return QualitySums.read(row, 1);
                }
              });
    }
    assertThat(sum.counter().toString()).isEqualTo("18446744073709551614");
    assertThat(sum.sampled()).isZero();
    assertThat(sum.modelled()).isEqualTo(3);
  }
}
