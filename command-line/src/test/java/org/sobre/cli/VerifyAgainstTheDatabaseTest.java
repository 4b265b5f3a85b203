package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger alone does not tell, the database does that took its lines before. */
final class VerifyAgainstTheDatabaseTest {

  @TempDir Path root;
  private SmallSite site;

  @BeforeEach
  void taken() throws IOException {
    site = new SmallSite(root);
    assertThat(site.sobre("ledger", "ingest")).isZero();
  }

  private void keepLines(int count) throws IOException {
    List<String> lines = Files.readAllLines(site.ledgerFile);
    Files.writeString(site.ledgerFile, String.join("\n", lines.subList(0, count)) + "\n");
  }

  @Test
  void saysThatNothingIsMissing() {
    assertThat(site.sobre("ledger", "verify")).isZero();
    assertThat(site.out)
        .contains("lines: 3, ", "adds up; the accounting database knows nothing more");
  }

  @Test
  void aLedgerThatHasGoneOnIsWhole() throws IOException {
    List<String> all = Files.readAllLines(site.ledgerFile);
    keepLines(2);
    String store = "jdbc:sqlite:" + root.resolve("earlier.db");
    assertThat(site.sobre("ledger", "ingest", "--store", store)).isZero();
    Files.write(site.ledgerFile, all);
    assertThat(site.sobre("ledger", "verify", "--store", store)).as(site.out).isZero();
  }

  @Test
  void namesANodeWhoseDirectoryIsGone() throws IOException {
    Files.move(root.resolve("ledger/n1"), root.resolve("gone"));
    // named: with nothing in the configured one, it would be that of who runs the tests
    String ledger = root.resolve("ledger").toString();
    String store = "jdbc:sqlite:" + root.resolve("accounting.db");
    assertThat(site.sobre("ledger", "verify", "--ledger", ledger, "--store", store)).isEqualTo(65);
    assertThat(site.out)
        .contains(
            "fault: node n1, boot aaaaaaaa-1: the accounting database has taken 3 lines of it,"
                + " the ledger has none")
        .contains("lines: 0, boots: 0, nodes: 0; 1 fault");
  }

  @Test
  void namesALastLineThatIsGoneOrAnother() throws IOException {
    String good = Files.readString(site.ledgerFile);
    Files.writeString(site.ledgerFile, good.replace("lab-vision", "lab-speech"));
    assertThat(site.sobre("ledger", "verify")).isEqualTo(65);
    Files.writeString(site.ledgerFile, good);
    keepLines(2);
    assertThat(site.sobre("ledger", "verify")).isEqualTo(65);
    assertThat(site.out)
        .contains(
            "fault: node n1, boot aaaaaaaa-1: the accounting database has taken a line with seq 3,"
                + " the ledger has another or none");
  }

  /** Root always may open it: what the ledger itself proves would hang on its copy. */
  @Test
  void tellsTheLedgersFaultsWhereTheDatabaseCannotBeOpened() throws IOException {
    Path database = root.resolve("accounting.db");
    Files.writeString(database, "this is a text, and long enough to be one\n");
    assertThat(site.sobre("ledger", "verify")).isEqualTo(74);
    assertThat(site.out).contains("lines: 3, ", "adds up").doesNotContain("knows nothing more");
    assertThat(site.err).startsWith("sobre: ").contains(database.toString());

    site.cutTheSecondLine();
    assertThat(site.sobre("ledger", "verify")).isEqualTo(65);
    assertThat(site.out).contains("fault: " + site.ledgerFile + ":2: ");
    assertThat(site.err).startsWith("sobre: ").contains(database.toString());
    String none = "jdbc:sqlite:" + root.resolve("none.db");
    assertThat(site.sobre("ledger", "verify", "--store", none)).isEqualTo(65);
    assertThat(site.out).contains("fault: " + site.ledgerFile + ":2: ");
    assertThat(site.err).contains("--store: expected a database that is there");

    Files.writeString(site.ledgerFile, "");
    assertThat(site.sobre("ledger", "verify")).isEqualTo(65);
    assertThat(site.err).contains(database.toString(), "expected a ledger, found no line");
  }

  @Test
  void aDirectoryWithoutALineIsNoWholeLedger() throws IOException {
    Path empty = root.resolve("empty");
    Files.createDirectories(empty.resolve("something"));
    assertThat(site.sobre("ledger", "verify", "--ledger", empty.toString())).isEqualTo(65);
    assertThat(site.out).isEmpty();
    assertThat(site.err).contains("expected a ledger, found no line of any node");
    String none = root.resolve("none").toString();
    assertThat(site.sobre("ledger", "verify", "--ledger", none)).isEqualTo(74);
    assertThat(site.err).doesNotContain("--no-ingest");
  }
}
