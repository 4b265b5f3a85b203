package org.sobre.accounting.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.Set;
import org.sqlite.SQLiteConfig;

/**
 * A copy of an SQLite database for readers on other machines: one file, without a log beside it,
 * that nobody changes; a new one takes its name whole. So it may lie on a network file system,
 * where the database itself may not.
 *
 * @param file may not be there
 */
public record Snapshot(Path file) {

  /** For a file that is new: readers are who the directory's group is. */
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r-----");

  public Snapshot {
    file = file.toAbsolutePath();
  }

  /** The one that a site publishes in a directory. */
  public static Snapshot in(Path directory) {
    return new Snapshot(directory.resolve("accounting.db"));
  }

  public boolean exists() {
    return Files.isReadable(file);
  }

  /** Writes it beside its name, brings it to the disk, and gives it the name. */
  void write(Connection connection) throws IOException, SQLException {
    Path directory = requireNonNull(file.getParent());
    Path made = Files.createTempFile(directory, ".accounting", ".new");
    try {
      try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
        copy.setString(1, made.toString());
        copy.execute();
      }
      Files.setPosixFilePermissions(
          made, Files.exists(file) ? Files.getPosixFilePermissions(file) : READABLE);
      try (FileChannel written = FileChannel.open(made, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(made, file, ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
    }
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /** As a file that nobody changes (sqlite.org/uri.html): no lock is asked of the share. */
  Connection connect() throws SQLException, IOException {
    if (!exists()) {
      throw new StoreException(
          file + ": expected a snapshot of the accounting database that can be read, found none");
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    Properties properties = config.toProperties();
    String uri = file.toUri().getRawPath();
    return DriverManager.getConnection(
        StoreConfig.SQLITE + "file:" + uri + "?immutable=1", properties);
  }
}
