package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger or database that is named on the command line stays out of the site's accounts. */
final class NamedLedgerTest {

  private static final String BY_LAB = "lab-vision,1,2.000000,";

  @TempDir Path root;
  private SmallSite site;
  private Path siteLedger;
  private Path other;

  /** The same lines as of another cluster: of the same one they would be known. */
  @BeforeEach
  void twoLedgers() throws IOException {
    site = new SmallSite(root);
    siteLedger = root.resolve("ledger");
    other = root.resolve("other");
    Path file = other.resolve(siteLedger.relativize(site.ledgerFile));
    Files.createDirectories(file.getParent());
    Files.writeString(file, Files.readString(site.ledgerFile).replace("\"cbp\"", "\"other\""));
  }

  private void makeCluster(boolean cluster) throws IOException {
    if (cluster) {
      Files.writeString(
          site.config, "slurm: {controller: \"ctl:6817\"}\n", StandardOpenOption.APPEND);
    }
  }

  private String csv(String... arguments) {
    Stream<String> all =
        Stream.concat(Stream.of("report", "--format", "csv"), Stream.of(arguments));
    assertThat(site.sobre(all.toArray(String[]::new))).as(site.err).isZero();
    return String.join("\n", site.out.lines().skip(1).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesTheSitesAccountsAsTheyAre(boolean cluster) throws IOException {
    makeCluster(cluster);
    assertThat(csv()).startsWith(BY_LAB);
    assertThat(csv("--ledger", other.toString())).startsWith(BY_LAB);
    assertThat(site.sobre("job", "7", "--ledger", other.toString())).isZero();
    assertThat(csv()).startsWith(BY_LAB);
    assertThat(csv("--no-ingest")).startsWith(BY_LAB);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isReadAnewEachTime(boolean cluster) throws IOException {
    makeCluster(cluster);
    assertThat(csv("--ledger", other.toString())).startsWith(BY_LAB);
    Files.move(other, root.resolve("moved"));
    Files.createDirectories(other);
    assertThat(site.sobre("report", "--ledger", other.toString())).isEqualTo(65);
    assertThat(site.err).contains(other + ": expected a ledger, found no line of any node");
    assertThat(site.out).isEmpty();
  }

  /** A daemon whose first write found no room leaves an empty file. */
  @Test
  void withoutALineItIsNone() throws IOException {
    Path file = other.resolve(siteLedger.relativize(site.ledgerFile));
    String lines = Files.readString(file);
    Files.writeString(file, "");
    String named = "jdbc:sqlite:" + root.resolve("named.db");
    for (String[] arguments :
        new String[][] {{"report"}, {"ledger", "ingest", "--store", named}, {"ledger", "verify"}}) {
      String[] all =
          Stream.concat(Stream.of(arguments), Stream.of("--ledger", other.toString()))
              .toArray(String[]::new);
      assertThat(site.sobre(all)).as(String.join(" ", all)).isEqualTo(65);
      assertThat(site.err).contains(other + ": expected a ledger, found no line of any node");
      assertThat(site.out).isEmpty();
    }
    Files.writeString(file, lines);
    for (String told : new String[] {"new lines: 3,", "new lines: 0,"}) {
      assertThat(site.sobre("ledger", "ingest", "--ledger", other.toString(), "--store", named))
          .isZero();
      assertThat(site.out).startsWith(told);
    }
  }

  @Test
  void theSitesOwnUnderAnotherNameFillsTheSitesDatabase() throws IOException {
    makeCluster(true);
    Path link = Files.createSymbolicLink(root.resolve("link"), siteLedger);
    assertThat(site.sobre("ledger", "ingest", "--ledger", link.toString())).isZero();
    assertThat(site.out).startsWith("new lines: 3,");
    assertThat(csv("--no-ingest")).startsWith(BY_LAB);
    assertThat(csv("--ledger", link + "/../ledger")).startsWith(BY_LAB);
  }

  @Test
  void isTakenIntoADatabaseThatIsNamedWithIt() throws IOException {
    makeCluster(true);
    String named = "jdbc:sqlite:" + root.resolve("named.db");
    assertThat(site.sobre("ledger", "ingest", "--ledger", other.toString())).isEqualTo(2);
    assertThat(site.err)
        .contains(other + " is not the configured ledger (" + siteLedger + ")", "--store");
    assertThat(site.sobre("report", "--no-ingest", "--ledger", other.toString())).isEqualTo(2);
    assertThat(root.resolve("accounting.db")).doesNotExist();
    assertThat(site.sobre("ledger", "ingest", "--ledger", other.toString(), "--store", named))
        .isZero();
    assertThat(csv("--no-ingest", "--store", named)).startsWith(BY_LAB);
  }

  /** Else whoever looks at the site's database from a machine of their own adds its lines to it. */
  @Test
  void aDatabaseThatIsNamedWithoutALedgerIsReadAsItIs() throws IOException {
    assertThat(site.sobre("ledger", "ingest")).isZero();
    Path database = root.resolve("accounting.db");
    String named = "jdbc:sqlite:" + database;
    Files.writeString(site.config, "schema: sobre/1\ntimeZone: UTC\n");
    for (String[] arguments :
        new String[][] {
          {"report", "--by", "node"},
          {"statement", "--lab", "lab-vision", "--month", "2026-11"},
          {"job", "7"}
        }) {
      String[] all =
          Stream.concat(Stream.of(arguments), Stream.of("--store", named)).toArray(String[]::new);
      assertThat(site.sobre(all)).as(site.err).isZero();
      assertThat(site.err).contains(named + " is read as it is, and nothing is taken into it");
    }
    assertThat(site.sobre("report", "--by", "node", "--format", "csv", "--store", named)).isZero();
    assertThat(site.out.lines()).hasSize(2);
    assertThat(site.sobre("ledger", "ingest", "--store", named)).isEqualTo(2);
    assertThat(site.err)
        .contains("--store " + named + ": expected the ledger to fill it from", "--own");
    assertThat(site.sobre("report", "--no-ingest", "--store", named)).isZero();
    assertThat(site.err).isEmpty();
  }

  @Test
  void aMistypedDatabaseIsNotMade() {
    Path nope = root.resolve("nope");
    assertThat(site.sobre("report", "--store", "jdbc:sqlite:" + nope.resolve("x.db")))
        .isEqualTo(74);
    assertThat(site.err)
        .contains("--store: expected a database in a directory that is there, found no")
        .contains(nope.toString());
    assertThat(nope).doesNotExist();
    Path none = root.resolve("x.db");
    for (String[] arguments :
        new String[][] {
          {"report", "--no-ingest"}, {"job", "7", "--no-ingest"}, {"ledger", "verify"}
        }) {
      String[] all =
          Stream.concat(Stream.of(arguments), Stream.of("--store", "jdbc:sqlite:" + none))
              .toArray(String[]::new);
      assertThat(site.sobre(all)).as(site.err).isEqualTo(74);
      assertThat(site.err).contains("--store: expected a database that is there, found no " + none);
      assertThat(none).doesNotExist();
    }
  }
}
