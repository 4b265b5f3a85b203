package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sobre ledger export} and {@code forget} from the command line to the exit status. */
final class PrivacyCommandsTest {

  @TempDir Path root;
  private SmallSite site;

  @BeforeEach
  void twoHoursOfOneJob() throws IOException {
    site = new SmallSite(root);
  }

  private boolean names(String text) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().contains("ledger") && Files.readString(file).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The ledger is of a month of which the clock that runs here may be short or long after. */
  private void makeOld() throws IOException {
    Path old = site.ledgerFile.resolveSibling("2020-01.aaaaaaaa.jsonl");
    Files.writeString(old, Files.readString(site.ledgerFile).replace("\"2026-11", "\"2020-01"));
    List<String> lines = Files.readAllLines(old);
    String prev = "";
    StringBuilder chained = new StringBuilder();
    for (String line : lines) {
      String now =
          prev.isEmpty()
              ? line
              : line.replaceFirst("\"prev\":\"[^\"]*\"", "\"prev\":\"" + prev + "\"");
      chained.append(now).append('\n');
      prev = org.sobre.energy.ledger.LedgerCodec.hash(now);
    }
    Files.writeString(old, chained.toString());
    Files.delete(site.ledgerFile);
  }

  @Test
  void anExportIsALedgerWithoutPersons() throws IOException {
    Path copy = root.resolve("copy");
    assertThat(site.sobre("ledger", "export", copy.toString())).as(site.err).isZero();
    assertThat(site.out)
        .isEqualTo(
            copy + ": a ledger without persons, lines: 3, files: 1" + System.lineSeparator());
    assertThat(site.sobre("ledger", "verify", "--ledger", copy.toString())).isZero();
    assertThat(site.sobre("report", "--ledger", copy.toString(), "--by", "lab")).isZero();
    assertThat(site.out).containsPattern("lab-vision +1 +2\\.00 +1\\.000");
    Path file = copy.resolve("n1").resolve(site.ledgerFile.getFileName());
    assertThat(Files.readString(file)).doesNotContain("\"uid\":1001", "\"7.0\"");
    Path key = root.resolve("new.key");
    assertThat(site.sobre("ledger", "export", copy.toString(), "--key", key.toString()))
        .isEqualTo(2);
    assertThat(site.err).contains("expected a directory that is empty or not there");
    assertThat(key).doesNotExist();
  }

  @Test
  void aKeyIsMadeOnceAndKeptFromOthers() throws IOException {
    Path key = root.resolve("key");
    for (String to : List.of("one", "two")) {
      String copy = root.resolve(to).toString();
      assertThat(site.sobre("ledger", "export", copy, "--key", key.toString())).isZero();
    }
    String name = "n1/" + site.ledgerFile.getFileName();
    assertThat(root.resolve("one").resolve(name))
        .hasSameTextualContentAs(root.resolve("two").resolve(name));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    String three = root.resolve("three").toString();
    assertThat(site.sobre("ledger", "export", three, "--key", key.toString())).isEqualTo(65);
    assertThat(site.err).contains("chmod 0600");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, "secret");
    assertThat(site.sobre("ledger", "export", three, "--key", key.toString())).isEqualTo(65);
    assertThat(site.err).contains("64 hexadecimal digits", "found 6 B");
    assertThat(root.resolve("three")).doesNotExist();
  }

  @Test
  void wrongMonthsAreSaid() {
    String copy = root.resolve("copy").toString();
    assertThat(site.sobre("ledger", "export", copy, "--since", "May")).isEqualTo(2);
    assertThat(site.err).contains("--since: expected a month as 2026-11, found \"May\"");
    assertThat(site.sobre("ledger", "export", copy, "--since", "2026-11", "--until", "2026-10"))
        .isEqualTo(2);
    assertThat(site.sobre("ledger", "export", copy, "--hide", "users")).isEqualTo(2);
  }

  @Test
  void nothingSaysWhatIsOld() {
    assertThat(site.sobre("ledger", "forget")).isEqualTo(78);
    assertThat(site.err)
        .contains("expected privacy.retention (24mo) in " + site.config, "--before YYYY-MM");
    assertThat(site.sobre("ledger", "forget", "--if-configured")).isZero();
    assertThat(site.out).isEmpty();
    assertThat(site.err).isEmpty();
  }

  @Test
  void forgetsWhatIsOlderThanTheConfigurationSays() throws IOException {
    makeOld();
    assertThat(site.sobre("ledger", "verify")).as(site.out).isZero();
    assertThat(site.sobre("ledger", "ingest")).isZero();
    Files.writeString(site.config, Files.readString(site.config) + "privacy: {retention: 24mo}\n");
    assertThat(site.sobre("ledger", "forget", "--if-configured")).isZero();
    assertThat(site.out).contains("no persons now: 0", "left, for a node may still write there: 1");
    assertThat(names("\"uid\":1001")).isTrue();

    assertThat(site.sobre("ledger", "forget", "--gone", "n1", "--dry-run")).isZero();
    assertThat(site.out).contains("files that would lose their persons: 1, of months: 1");
    assertThat(names("\"uid\":1001")).isTrue();
    assertThat(site.sobre("ledger", "forget", "--gone", "n1")).isZero();
    assertThat(site.out).contains("files that have no persons now: 1, of months: 1");
    assertThat(site.sobre("ledger", "forget", "--gone", "n1", "--before", "2020-01")).isZero();
    assertThat(site.out)
        .contains("files that have no persons now: 0, of months: 0; all are of before 2020-01")
        .doesNotContain("kept");
    assertThat(names("\"uid\":1001")).isFalse();

    assertThat(site.sobre("ledger", "verify")).as(site.out).isZero();
    assertThat(site.out)
        .contains("1 files of 1 months have no persons since 20", "adds up; not compared");
    assertThat(site.sobre("ledger", "ingest")).isZero();
    assertThat(site.out).contains("new lines: 3,");
    assertThat(site.sobre("ledger", "verify")).as(site.out).isZero();
    assertThat(site.out).contains("the accounting database knows nothing more");
    assertThat(site.sobre("report", "--by", "lab")).isZero();
    assertThat(site.out).containsPattern("lab-vision +1 +2\\.00 +1\\.000");
    assertThat(site.sobre("ledger", "forget", "--gone", "n2")).isEqualTo(2);
    assertThat(site.err).contains("expected a node of the ledger");
  }
}
