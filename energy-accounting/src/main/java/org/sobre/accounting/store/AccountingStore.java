package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/**
 * The accounting database: one SQLite file on a local disk (its write-ahead log needs shared
 * memory, so never on a network file system). One writer at a time, which the others wait for; any
 * number of readers. Not thread-safe.
 */
public final class AccountingStore implements AutoCloseable {

  private static final int WAIT_FOR_WRITER_MILLIS = 30_000;
  private static final String OWNER = "unix:uid";
  private static final Integer ROOT = 0;

  /** SQLITE_OPEN_NOFOLLOW (sqlite3.h, 3.31), which the driver has no name for. */
  private static final int NO_FOLLOW = 0x01000000;

  private final String url;
  private final Connection connection;

  private AccountingStore(String url, Connection connection) {
    this.url = url;
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
    if (!StoreConfig.isUsable(url)) {
      throw new StoreException(
          "the accounting database must be " + StoreConfig.SQLITE + "FILE, found \"" + url + "\"");
    }
    try {
      Path database =
          withoutLinks(Path.of(url.substring(StoreConfig.SQLITE.length())).toAbsolutePath());
      makeFile(database);
      Connection connection =
          DriverManager.getConnection(StoreConfig.SQLITE + database, properties());
      AccountingStore store = new AccountingStore(url, connection);
      store.migrate();
      return store;
    } catch (SQLException | IOException e) {
      throw cannot("open", url, e);
    }
  }

  /**
   * A database for this process alone, which is gone when it is closed, or its process ends. SQLite
   * keeps what does not fit in its memory in a file without a name (sqlite.org/inmemorydb.html).
   */
  public static AccountingStore openTemporary() throws StoreException {
    try {
      Connection connection = DriverManager.getConnection(StoreConfig.SQLITE, properties());
      AccountingStore store = new AccountingStore("(temporary)", connection);
      store.migrate();
      return store;
    } catch (SQLException | IOException e) {
      throw cannot("open", "(temporary)", e);
    }
  }

  /**
   * The file that is meant. Root writes through no link of somebody else's: user sobre, to whom the
   * directory belongs, would have it write anywhere.
   */
  private static Path withoutLinks(Path database) throws IOException {
    Path directory = database.getParent();
    if (directory == null) {
      return database;
    }
    Files.createDirectories(directory);
    Path file = directory.toRealPath().resolve(requireNonNull(database.getFileName()));
    if (!Files.isSymbolicLink(file)) {
      return file;
    }
    Object linker = Files.getAttribute(file, OWNER, LinkOption.NOFOLLOW_LINKS);
    if (ROOT.equals(Files.getAttribute(Path.of("/proc/self"), OWNER)) && !ROOT.equals(linker)) {
      throw new StoreException(
          file + ": expected a file, or a link of root's, found a link of user " + linker + "'s");
    }
    return file.toRealPath();
  }

  /**
   * An empty file is an empty database. One that root makes belongs to whom its directory does, for
   * the service that fills it runs as user sobre; SQLite gives the files beside it to the same.
   */
  private static void makeFile(Path database) throws IOException {
    Path directory = database.getParent();
    if (directory == null || Files.exists(database)) {
      return;
    }
    try {
      Files.createFile(database);
    } catch (FileAlreadyExistsException e) {
      // somebody else makes it at this moment
      return;
    }
    if (ROOT.equals(Files.getAttribute(database, OWNER, LinkOption.NOFOLLOW_LINKS))) {
      Object owner = Files.getAttribute(directory, OWNER);
      Files.setAttribute(database, OWNER, owner, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static Properties properties() {
    Properties properties = config().toProperties();
    String mode = SQLiteConfig.Pragma.OPEN_MODE.getPragmaName();
    int flags = Integer.parseInt(properties.getProperty(mode));
    properties.setProperty(mode, Integer.toString(flags | NO_FOLLOW));
    return properties;
  }

  private static SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(WAIT_FOR_WRITER_MILLIS);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    return config;
  }

  private void migrate() throws IOException, SQLException {
    int version = Migrations.version(connection);
    if (version > Migrations.newest()) {
      connection.close();
      throw new StoreException(
          url
              + ": expected a database of schema version "
              + Migrations.newest()
              + " or older, found "
              + version
              + "; a newer Sobre made it: upgrade this one");
    }
    if (version < Migrations.newest()) {
      write(
          open -> {
            Migrations.apply(open, Migrations.newest());
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
      }
    } catch (SQLException e) {
      throw cannot("write", url, e);
    }
  }

  /** Runs queries that see one state of the database. */
  public <T> T read(Work<T> work) throws IOException {
    try (Statement transaction = connection.createStatement()) {
      transaction.execute("BEGIN DEFERRED");
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
