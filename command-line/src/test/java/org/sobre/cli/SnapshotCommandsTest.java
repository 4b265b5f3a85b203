package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of the database, published by ingest or on demand, and reports on a machine without it.
 */
final class SnapshotCommandsTest {

  @TempDir Path root;
  private SmallSite site;
  private Path share;

  @BeforeEach
  void publish() throws IOException {
    site = new SmallSite(root);
    share = Files.createDirectory(root.resolve("a share"));
    String config = Files.readString(site.config);
    Files.writeString(
        site.config,
        config.replace("accounting.db\"}", "accounting.db\", snapshots: \"" + share + "\"}"));
  }

  private static String names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return String.join(" ", files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void ingestPublishesAndAReaderWithoutTheDatabaseReadsIt() throws Exception {
    assertThat(site.sobre("ledger", "ingest")).as(site.err).isZero();
    Path copy = share.resolve("accounting.db");
    assertThat(names(share)).isEqualTo("accounting.db");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-r-----");
    assertThat(site.sobre("report", "--format", "csv", "--no-ingest")).isZero();
    String here = site.out;
    assertThat(site.err).isEmpty();
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.filter(f -> f.toString().contains("accounting.db")).toList()) {
        Files.delete(file);
      }
    }
    copy.toFile().setWritable(false);
    byte[] before = Files.readAllBytes(copy);
    assertThat(site.sobre("report", "--format", "csv")).isZero();
    assertThat(site.out).isEqualTo(here);
    assertThat(site.err).contains("sobre: as of ", copy + " is a copy of the database");
    assertThat(site.sobre("statement", "--lab", "lab-vision", "--month", "2026-11")).isZero();
    assertThat(root.resolve("accounting.db")).as("nothing was made").doesNotExist();
    assertThat(names(share)).isEqualTo("accounting.db");
    assertThat(Files.readAllBytes(copy)).isEqualTo(before);
  }

  @Test
  void aSnapshotOnDemandIsWholeAndReplacesTheOld() throws Exception {
    Path copy = root.resolve("copy 100%?.db");
    assertThat(site.sobre("ledger", "snapshot", copy.toString())).isEqualTo(74);
    assertThat(site.err).contains("accounting.db");
    assertThat(copy).doesNotExist();
    assertThat(site.sobre("report", "--format", "csv")).isZero();
    String here = site.out;
    for (int i = 0; i < 2; i++) {
      assertThat(site.sobre("ledger", "snapshot", copy.toString())).as(site.err).isZero();
      assertThat(site.out).contains("snapshot written: " + copy);
    }
    assertThat(site.sobre("report", "--snapshot", copy.toString(), "--format", "csv"))
        .as(site.err)
        .isZero();
    assertThat(site.out).isEqualTo(here);
    assertThat(site.sobre("report", "--snapshot", root.resolve("none").toString())).isEqualTo(74);
    assertThat(site.err).contains("expected a snapshot of the accounting database");
    assertThat(site.sobre("ledger", "snapshot", root.resolve("no/such/x.db").toString()))
        .isEqualTo(74);
    Files.writeString(root.resolve("text"), "no database");
    assertThat(site.sobre("report", "--snapshot", root.resolve("text").toString())).isEqualTo(74);
  }
}
