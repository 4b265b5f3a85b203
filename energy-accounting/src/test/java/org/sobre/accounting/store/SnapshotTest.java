package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read what a site's accounts are in, and what killed copies leave. */
final class SnapshotTest {

  private static final String GROUP = "unix:gid";

  @TempDir Path root;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private AccountingStore open() throws IOException {
    return AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
  }

  @Test
  void theDatabaseIsNotEverybodys() throws IOException {
    try (AccountingStore store = open()) {
      assertThat(store.read(NodeNews::read)).isEmpty();
      assertThat(mode(root.resolve("accounting.db"))).isEqualTo("rw-r-----");
      assertThat(mode(root.resolve("accounting.db-wal"))).isEqualTo("rw-r-----");
    }
  }

  @Test
  void aCopyKeepsTheModeAndTheGroupOfTheOneBefore() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may give to any group");
    Path directory = Files.createDirectory(root.resolve("share"));
    Snapshot snapshot = Snapshot.in(directory);
    try (AccountingStore store = open()) {
      store.publish(snapshot);
      assertThat(mode(snapshot.file())).isEqualTo("rw-r-----");
      Files.setAttribute(snapshot.file(), GROUP, 12_345);
      Files.setPosixFilePermissions(snapshot.file(), PosixFilePermissions.fromString("rw-rw----"));
      store.publish(snapshot);
    }
    assertThat(Files.getAttribute(snapshot.file(), GROUP)).isEqualTo(12_345);
    assertThat(mode(snapshot.file())).isEqualTo("rw-rw----");
  }

  @Test
  void whatKilledCopiesLeftIsRemovedAndOneThatIsBeingMadeIsNot() throws IOException {
    Path directory = Files.createDirectory(root.resolve("share"));
    Path left = Files.createFile(directory.resolve(".accounting1.new"));
    FileTime now = Files.getLastModifiedTime(left);
    Files.setLastModifiedTime(left, FileTime.from(now.toInstant().minus(Duration.ofHours(2))));
    Files.createFile(directory.resolve(".accounting2.new"));
    try (AccountingStore store = open()) {
      store.publish(Snapshot.in(directory));
    }
    try (Stream<Path> there = Files.list(directory)) {
      List<String> names =
          there.map(file -> directory.relativize(file).toString()).sorted().toList();
      assertThat(names).containsExactly(".accounting2.new", "accounting.db");
    }
  }
}
