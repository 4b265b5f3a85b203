package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * One file on a local disk: its write-ahead log needs shared memory, so never on a network file
 * system. A transaction that writes begins as the only one.
 *
 * @param file its path; empty for a database that is gone with its connection
 */
record SqliteDialect(String file) implements Dialect {

  private static final int WAIT_FOR_WRITER_MILLIS = 30_000;
  private static final int CACHE_KIBIBYTES = 64 << 10;
  private static final String OWNER = "unix:uid";
  private static final Integer ROOT = 0;
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r-----");

  /** SQLITE_OPEN_NOFOLLOW (sqlite3.h, 3.31), which the driver has no name for. */
  private static final int NO_FOLLOW = 0x01000000;

  @Override
  public Connection connect() throws SQLException, IOException {
    if (file.isEmpty()) {
      return JDBC.createConnection(StoreConfig.SQLITE, properties());
    }
    Path database = withoutLinks(Path.of(file).toAbsolutePath());
    makeFile(database);
    // not by DriverManager, which first makes every driver that there is
    return JDBC.createConnection(StoreConfig.SQLITE + database, properties());
  }

  @Override
  public String schema(String migration) {
    return migration.replace("${key}", "INTEGER PRIMARY KEY").replace("${table}", "");
  }

  @Override
  public List<String> tables(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                    + " AND name NOT LIKE 'sqlite_%'")) {
      while (row.next()) {
        tables.add(row.getString(1));
      }
    }
    return tables;
  }

  @Override
  public String beginRead() {
    return "BEGIN DEFERRED";
  }

  /** The transaction is one of a writer from its begin on. */
  @Override
  public void lock(Connection connection) {}

  @Override
  public void unlock(Connection connection) {}

  /** A new file of what is left; the log, which has what it was before, is cut off. */
  @Override
  public boolean sweep(Connection connection, List<String> tables) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("VACUUM");
      try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
        return file.isEmpty() || (row.next() && row.getInt(1) == 0);
      }
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
   * An empty file is an empty database: it will tell everybody's jobs, so others may not read it,
   * whatever directory it is in; the files beside it have the same mode. One that root makes
   * belongs to whom its directory does, for the service that fills it runs as user sobre; SQLite
   * gives the files beside it to the same.
   */
  private static void makeFile(Path database) throws IOException {
    Path directory = database.getParent();
    if (directory == null || Files.exists(database)) {
      return;
    }
    try {
      Files.createFile(database, PosixFilePermissions.asFileAttribute(READABLE));
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
    config.setCacheSize(-CACHE_KIBIBYTES);
    return config;
  }
}
