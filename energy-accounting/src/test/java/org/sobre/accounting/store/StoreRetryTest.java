package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is locked, full or away. */
class StoreRetryTest {

  @TempDir Path root;
  private final List<Long> waits = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  /** Time goes on while it is slept through. */
  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };

  private StoreRetry retry(long seconds) {
    return new StoreRetry(
        Duration.ofSeconds(seconds),
        clock,
        time -> now = now.plus(time),
        (why, wait) -> waits.add(wait.toSeconds()));
  }

  private static StoreException away() {
    return new StoreException("away", new SQLNonTransientConnectionException("gone", "08003"));
  }

  @Test
  void itWaitsLongerEachTimeUntilItsDeadline() {
    assertThatThrownBy(
            () ->
                retry(100)
                    .run(
                        () -> {
                          throw away();
                        }))
        .isInstanceOf(StoreException.class);
    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
  }

  @Test
  void whatPassesIsDoneAfterAll() throws IOException {
    List<Integer> tries = new ArrayList<>();
    String done =
        retry(100)
            .run(
                () -> {
                  tries.add(1);
                  if (tries.size() < 3) {
                    throw away();
                  }
                  return "done";
                });
    assertThat(done).isEqualTo("done");
    assertThat(waits).containsExactly(1L, 2L);
  }

  @Test
  void whatDoesNotPassIsSaidAtOnce() {
    assertThatThrownBy(() -> retry(100).run(() -> AccountingStore.open("jdbc:sqlite:/proc/x/y")))
        .isInstanceOf(StoreException.class);
    assertThat(waits).isEmpty();
  }

  /** Another process that holds the writer's lock for longer than a connection waits for it. */
  @Test
  void aLockedDatabaseMayPass() throws Exception {
    String url = "jdbc:sqlite:" + root.resolve("locked.db");
    AccountingStore.open(url).close();
    try (Connection other = DriverManager.getConnection(url);
        Statement holds = other.createStatement();
        AccountingStore store = AccountingStore.open(url)) {
      store.read(connection -> change(connection, "PRAGMA busy_timeout = 1"));
      holds.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> store.write(connection -> change(connection, "DELETE FROM extent")))
          .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.mayPass()).isTrue());
      holds.execute("COMMIT");
    }
    try (AccountingStore again = AccountingStore.open(url)) {
      boolean changed = again.write(connection -> change(connection, "DELETE FROM extent"));
      assertThat(changed).isTrue();
    }
  }

  @Test
  void aFullOneMayPassAndLosesNothing() throws Exception {
    String url = "jdbc:sqlite:" + root.resolve("full.db");
    try (AccountingStore store = AccountingStore.open(url)) {
      store.write(
          connection -> change(connection, "INSERT INTO extent (first_ms, last_ms) VALUES (1, 2)"));
      assertThatThrownBy(() -> store.write(StoreRetryTest::fill))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> {
                assertThat(e.mayPass()).isTrue();
                assertThat(e).hasMessageContaining("full");
              });
      long rows =
          store.read(
              connection -> {
                try (Statements sql = new Statements(connection)) {
                  return sql.number("SELECT count(*) FROM extent").orElseThrow();
                }
              });
      assertThat(rows).isEqualTo(1);
    }
  }

  private static boolean fill(Connection connection) throws SQLException {
    change(connection, "INSERT INTO extent (first_ms, last_ms) VALUES (3, 4)");
    change(connection, "PRAGMA max_page_count=1");
    return change(connection, "INSERT INTO name (id, text) VALUES (1, hex(randomblob(1000000)))");
  }

  private static boolean change(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return true;
    }
  }

  @Test
  void aPasswordIsReadFromAFileThatOthersMayNotRead() throws IOException {
    Path file = Files.writeString(root.resolve("password"), "s3cret\n");
    StoreLogin login = new StoreLogin(Optional.of("sobre"), Optional.of(file));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(login.password()).isEqualTo("s3cret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(login::password)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file + ": expected a file that only its owner and group may read")
        .hasMessageNotContaining("s3cret");
    Files.delete(file);
    assertThatThrownBy(login::password)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("NoSuchFileException");
  }
}
