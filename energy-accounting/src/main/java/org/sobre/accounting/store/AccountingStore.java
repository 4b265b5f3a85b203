package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The accounting database: one SQLite file on a local disk (its write-ahead log needs shared
 * memory, so never on a network file system). One writer at a time, which the others wait for; any
 * number of readers. Not thread-safe.
 */
public final class AccountingStore implements AutoCloseable {

  private final String url;
  private final Dialect dialect;
  private final Connection connection;

  private AccountingStore(String url, Dialect dialect, Connection connection) {
    this.url = url;
    this.dialect = dialect;
    this.connection = connection;
  }

  /** Work within one transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Connection connection) throws SQLException, IOException;
  }

  /** Whether the database's driver is there; package sobre-controller alone brings it. */
  public static boolean hasDriver() {
    return AccountingStore.class.getClassLoader().getResource("org/sqlite/JDBC.class") != null;
  }

  /**
   * Opens the database, makes it if it is not there, and brings its schema up to date.
   *
   * @param url {@code jdbc:sqlite:FILE}
   * @throws StoreException if it cannot be opened or was made by a newer version
   */
  public static AccountingStore open(String url) throws StoreException {
    return open(url, true);
  }

  /**
   * Opens the database as it is, to read only: one of another version is refused, and says what to
   * do.
   *
   * @throws StoreException as {@link #open}
   */
  public static AccountingStore openAsItIs(String url) throws StoreException {
    return open(url, false);
  }

  /**
   * The same of a MariaDB server's database, which has to be there.
   *
   * @param url {@code jdbc:mariadb://HOST/DATABASE}
   * @param password is in no message
   */
  static AccountingStore openServer(String url, String user, String password)
      throws StoreException {
    return open(new MariaDbDialect(url, user, password), url, true);
  }

  /**
   * Opens a snapshot, to read only.
   *
   * @throws StoreException as {@link #open}; of another version it is refused
   */
  public static AccountingStore openSnapshot(Snapshot snapshot) throws StoreException {
    return open(new SnapshotDialect(snapshot), snapshot.file().toString(), false);
  }

  /**
   * Publishes a copy of the database as it is now.
   *
   * @throws StoreException of a database on a server, whose readers ask the server, or if it fails
   */
  public void publish(Snapshot snapshot) throws IOException {
    if (!(dialect instanceof SqliteDialect)) {
      throw new StoreException(
          url + ": expected an SQLite file to make a snapshot of; readers ask a server itself");
    }
    try {
      snapshot.write(connection);
    } catch (SQLException e) {
      throw cannot("copy", url, e);
    }
  }

  private static AccountingStore open(String url, boolean migrates) throws StoreException {
    if (!StoreConfig.isUsable(url)) {
      throw new StoreException(
          "the accounting database must be " + StoreConfig.SQLITE + "FILE, found \"" + url + "\"");
    }
    return open(new SqliteDialect(url.substring(StoreConfig.SQLITE.length())), url, migrates);
  }

  /**
   * A database for this process alone, which is gone when it is closed, or its process ends. SQLite
   * keeps what does not fit in its memory in a file without a name (sqlite.org/inmemorydb.html).
   */
  public static AccountingStore openTemporary() throws StoreException {
    return open(new SqliteDialect(""), "(temporary)", true);
  }

  private static AccountingStore open(Dialect dialect, String url, boolean migrates)
      throws StoreException {
    try {
      AccountingStore store = new AccountingStore(url, dialect, dialect.connect());
      try {
        store.migrate(migrates);
      } catch (IOException | SQLException | RuntimeException e) {
        store.close();
        throw e;
      }
      return store;
    } catch (SQLException | IOException e) {
      throw cannot("open", url, e);
    }
  }

  private void migrate(boolean migrates) throws IOException, SQLException {
    Migrations migrations = new Migrations(dialect, url);
    int version = migrations.version(connection);
    if (version > Migrations.newest()) {
      throw new StoreException(
          url
              + ": expected a database of schema version "
              + Migrations.newest()
              + " or older, found "
              + version
              + "; a newer Sobre made it: upgrade this one");
    }
    if (version < Migrations.newest()) {
      if (!migrates && !migrations.isEmpty(connection)) {
        throw new StoreException(
            url
                + ": expected a database of schema version "
                + Migrations.newest()
                + ", found one of an older Sobre; run sobre ledger ingest, which brings it up to"
                + " date");
      }
      write(
          open -> {
            migrations.apply(open);
            return version;
          });
    }
  }

  /**
   * Runs work in a transaction of its own, which is the only writer meanwhile: all of it is stored,
   * or nothing.
   *
   * @throws StoreException if the database fails
   * @throws IOException if the work does
   */
  public <T> T write(Work<T> work) throws IOException {
    try {
      dialect.lock(connection);
      connection.setAutoCommit(false);
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | IOException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
        dialect.unlock(connection);
      }
    } catch (SQLException e) {
      throw cannot("write", url, e);
    }
  }

  /** Runs queries that see one state of the database. */
  public <T> T read(Work<T> work) throws IOException {
    try (Statement transaction = connection.createStatement()) {
      transaction.execute(dialect.beginRead());
      try {
        return work.run(connection);
      } finally {
        transaction.execute("COMMIT");
      }
    } catch (SQLException e) {
      throw cannot("read", url, e);
    }
  }

  private static StoreException cannot(String what, String url, Exception e) {
    return e instanceof StoreException known
        ? known
        : new StoreException(
            "cannot "
                + what
                + " the accounting database "
                + url
                + ": "
                + e.getMessage()
                + "; check that the file and its directory are on a local disk and may be written",
            e);
  }

  @Override
  public void close() throws StoreException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw cannot("close", url, e);
    }
  }
}
