package org.sobre.accounting.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import org.sqlite.JDBC;
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

  private static final String PREFIX = ".accounting";
  private static final String SUFFIX = ".new";

  /** Years of 330 nodes are copied in seconds. */
  private static final Duration LONGEST_COPY = Duration.ofHours(1);

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
    Path made = Files.createTempFile(directory, PREFIX, SUFFIX);
    removeLeftBy(made);
    try {
      try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
        copy.setString(1, made.toString());
        copy.execute();
      }
      giveAccess(made);
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

  /** Mode and group of the one before, whose group a site may have chosen. */
  private void giveAccess(Path made) throws IOException {
    if (!Files.exists(file)) {
      Files.setPosixFilePermissions(made, READABLE);
      return;
    }
    PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributeView access =
        requireNonNull(Files.getFileAttributeView(made, PosixFileAttributeView.class));
    try {
      access.setGroup(before.group());
    } catch (FileSystemException e) {
      // one may give away to groups of one's own alone: the directory's set-group-ID bit serves
      // else
    }
    access.setPermissions(before.permissions());
  }

  /** What copies that were killed left, by the clock of whose disk it is. */
  private static void removeLeftBy(Path made) throws IOException {
    Instant old = Files.getLastModifiedTime(made).toInstant().minus(LONGEST_COPY);
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(requireNonNull(made.getParent()), PREFIX + "*" + SUFFIX)) {
      for (Path other : others) {
        if (Files.getLastModifiedTime(other).toInstant().isBefore(old)) {
          Files.deleteIfExists(other);
        }
      }
    } catch (DirectoryIteratorException | FileSystemException e) {
      // another one's is gone meanwhile, or is not ours to remove: the copy is made all the same
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
    return JDBC.createConnection(StoreConfig.SQLITE + "file:" + uri + "?immutable=1", properties);
  }
}
