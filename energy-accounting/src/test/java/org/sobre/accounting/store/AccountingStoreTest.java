package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.slurm.job.JobKey;

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

  /** Its first share told none, and what was told once stays. */
  @Test
  void anAccountThatIsToldLaterIsTheRuns() throws Exception {
    try (AccountingStore store = AccountingStore.open(url())) {
      long ofTheFirstTold =
          store.write(
              connection -> {
                try (Statements sql = new Statements(connection)) {
                  RowIds ids = new RowIds(sql);
                  long untold = ids.run(run(null));
                  assertThat(account(sql)).isZero();
                  assertThat(ids.run(run("lab1"))).isEqualTo(untold);
                  assertThat(ids.run(run("lab2"))).isEqualTo(untold);
                  return account(sql);
                }
              });
      assertThat(ofTheFirstTold).isEqualTo(1);
      assertThat(runs(store)).isEqualTo(1);
    }
  }

  private static RunRow run(@Nullable String account) {
    LineHeader header = new LineHeader("c", "n", "boot-1", 1, Optional.empty());
    return new RunRow(header, new JobKey(7, 0), Instant.EPOCH, account, 1_000);
  }

  private static long account(Statements sql) throws SQLException {
    return sql.number("SELECT count(*) FROM run WHERE account = 'lab1'").orElseThrow();
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
