package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationsTest {

  @TempDir Path root;

  private String url() {
    return "jdbc:sqlite:" + root.resolve("accounting.db");
  }

  private void makeDatabase(String... statements) throws Exception {
    try (Connection old = DriverManager.getConnection(url());
        Statement statement = old.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void makeOldDatabase() throws Exception {
    makeDatabase(
        "CREATE TABLE boot (id INTEGER PRIMARY KEY, cluster TEXT NOT NULL)",
        "CREATE TABLE line (boot_id INTEGER NOT NULL REFERENCES boot (id), hash TEXT NOT NULL)",
        "CREATE TABLE ledger_file (path TEXT PRIMARY KEY, bytes_read INTEGER) WITHOUT ROWID",
        "INSERT INTO boot (id, cluster) VALUES (1, 'cbp')",
        "INSERT INTO line (boot_id, hash) VALUES (1, 'x')",
        "INSERT INTO ledger_file (path, bytes_read) VALUES ('/ledger/n1/2026-11.5f0c3a1e.jsonl',"
            + " 9)",
        "PRAGMA user_version = 5");
  }

  /** What it had is in the ledger still: nothing of a file counts as read. */
  @Test
  void aDatabaseFromBeforeTheFirstReleaseIsEmptied() throws Exception {
    makeOldDatabase();
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThat(KnownBoots.of(store)).isEmpty();
      long files =
          store.read(
              connection -> {
                try (Statements sql = new Statements(connection)) {
                  return sql.number("SELECT count(*) FROM ledger_file").orElseThrow();
                }
              });
      assertThat(files).isZero();
    }
    try (Connection now = DriverManager.getConnection(url())) {
      assertThat(new Migrations(new SqliteDialect(""), url()).version(now))
          .isEqualTo(Migrations.newest());
    }
  }

  @Test
  void whoOnlyReadsChangesNothingAndSaysWhatToDo() throws Exception {
    makeOldDatabase();
    assertThatThrownBy(() -> AccountingStore.openAsItIs(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("found one of an older Sobre; run sobre ledger ingest");
    try (Connection still = DriverManager.getConnection(url())) {
      assertThat(new SqliteDialect("").tables(still)).contains("line", "ledger_file");
    }
  }

  @Test
  void whoOnlyReadsMayFindNothing() throws IOException {
    try (AccountingStore store = AccountingStore.openAsItIs(url())) {
      assertThat(JobRuns.find(store, Optional.empty(), 7)).isEmpty();
    }
  }

  /** In MariaDB each of them is stored at once: see MariaDbTest for the server itself. */
  @Test
  void whatWasBegunAndKilledIsFinished() throws Exception {
    makeDatabase(
        "CREATE TABLE schema_version (version BIGINT NOT NULL)",
        "CREATE TABLE extent (first_ms BIGINT NOT NULL)");
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThat(KnownBoots.of(store)).isEmpty();
    }
  }

  /** A mistyped URL. */
  @Test
  void aDatabaseOfSomebodyElseIsLeftAlone() throws Exception {
    makeDatabase(
        "CREATE TABLE run (id INTEGER PRIMARY KEY)",
        "CREATE TABLE job_table (id_job INTEGER)",
        "INSERT INTO job_table (id_job) VALUES (7)");
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("an empty one, found one with the tables job_table; name another");
    try (Connection still = DriverManager.getConnection(url())) {
      assertThat(new SqliteDialect("").tables(still)).containsExactlyInAnyOrder("run", "job_table");
    }
  }
}
