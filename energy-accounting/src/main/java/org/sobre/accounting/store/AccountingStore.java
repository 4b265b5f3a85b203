package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The accounting database: one SQLite file on a local disk (its write-ahead log needs shared
 * memory, so never on a network file system). One writer at a time, which the others wait for; any
 * number of readers. Not thread-safe.
 */
public final class AccountingStore implements AutoCloseable {

  /** Of SQL: the server answered, and did not let the user in. */
  private static final String ACCESS_DENIED = "28000";

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

  /**
   * Whether the driver of a URL's database is there; package sobre-controller alone brings them.
   *
   * @param url absent: of a temporary database
   */
  public static boolean hasDriver(Optional<String> url) {
    String driver =
        url.filter(StoreConfig::isServer).isPresent()
            ? "org.mariadb.jdbc.Driver"
            : "org.sqlite.JDBC";
    try {
      Class.forName(driver, /* initialize= */ false, AccountingStore.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Does what a process takes to open its first SQLite database and to ask it something: it loads
   * the driver and its library. For a thread beside one that has other things to do first; what
   * fails here is said by who opens the database that is meant.
   *
   * @return whether that can be done here
   */
  public static boolean prepare() {
    if (!hasDriver(Optional.empty())) {
      return false;
    }
    try (Connection connection = new SqliteDialect("").connect();
        Statements sql = new Statements(connection);
        ResultSet row = sql.query("SELECT ?, 'text', x'00'", 1L)) {
      return row.next()
          && row.getLong(1) == 1
          && !row.getString(2).isEmpty()
          && row.getBytes(3).length == 1;
    } catch (SQLException | IOException e) {
      return false;
    }
  }

  /** A SQLite file's, as {@link #open(StoreConfig)}. */
  public static AccountingStore open(String url) throws StoreException {
    return open(new StoreConfig(url, StoreLogin.NONE));
  }

  /**
   * Opens the database, makes it if it is a file that is not there, and brings its schema up to
   * date.
   *
   * @throws StoreException if it cannot be opened or was made by a newer version
   */
  public static AccountingStore open(StoreConfig config) throws StoreException {
    return open(config, true);
  }

  /** As {@link #openAsItIs(StoreConfig)}. */
  public static AccountingStore openAsItIs(String url) throws StoreException {
    return openAsItIs(new StoreConfig(url, StoreLogin.NONE));
  }

  /**
   * Opens the database as it is, to read only: one of another version is refused, and says what to
   * do.
   *
   * @throws StoreException as {@link #open}
   */
  public static AccountingStore openAsItIs(StoreConfig config) throws StoreException {
    return open(config, false);
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

  private static AccountingStore open(StoreConfig config, boolean migrates) throws StoreException {
    String url = config.url();
    if (!StoreConfig.isUsable(url)) {
      throw new StoreException(
          "the accounting database must be one of "
              + StoreConfig.FORMS
              + ", found "
              + (StoreConfig.tellsPassword(url) ? "a URL with a password" : '"' + url + '"'));
    }
    return open(
        StoreConfig.isServer(url)
            ? new MariaDbDialect(url, config.login().user(), config.login().password())
            : new SqliteDialect(url.substring(StoreConfig.SQLITE.length())),
        url,
        migrates);
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
   * @throws StoreException if the database fails; where that may pass, the store is to be opened
   *     anew
   * @throws IOException if the work does
   */
  public <T> T write(Work<T> work) throws IOException {
    try {
      dialect.lock(connection);
      connection.setAutoCommit(false);
      T result;
      try {
        result = work.run(connection);
        connection.commit();
      } catch (SQLException | IOException | RuntimeException e) {
        undo(e);
        throw e;
      }
      connection.setAutoCommit(true);
      dialect.unlock(connection);
      return result;
    } catch (SQLException e) {
      throw cannot("write", url, e);
    }
  }

  /**
   * Takes what was deleted out of the free parts of the database's file.
   *
   * @return false where somebody who reads keeps it there: then it is to be done again
   */
  public boolean sweep() throws IOException {
    try {
      List<String> tables = new ArrayList<>(Migrations.FILLED_BY_INGEST);
      tables.add(SlurmJobs.TABLE);
      return dialect.sweep(connection, tables);
    } catch (SQLException e) {
      throw cannot("write", url, e);
    }
  }

  /** A database that has failed may fail at this too: what counts is what it failed at first. */
  private void undo(Exception why) {
    // where no transaction has begun, there is none to roll back, and the rest is to be done still
    attempt(connection::rollback, why);
    attempt(() -> connection.setAutoCommit(true), why);
    attempt(() -> dialect.unlock(connection), why);
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static void attempt(Step step, Exception why) {
    try {
      step.run();
    } catch (SQLException e) {
      why.addSuppressed(e);
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
                + whatToDo(url, e),
            e);
  }

  /** A server that refuses a user is up. */
  static String whatToDo(String url, Exception e) {
    if (!StoreConfig.isServer(url)) {
      return "; check that the file and its directory are on a local disk and may be written";
    }
    return e instanceof SQLException sql && ACCESS_DENIED.equals(sql.getSQLState())
        ? "; the server is up and refuses this: check store.user, and the password in the file that"
            + " store.passwordFile names"
        : "; check that the server is up, and store.user and store.passwordFile";
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
