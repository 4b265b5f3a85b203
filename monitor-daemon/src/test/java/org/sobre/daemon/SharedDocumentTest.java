package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.hardware.json.JsonShapeException;

/** The share always has the document of this boot, or the one before, and never half of one. */
class SharedDocumentTest {

  @TempDir Path root;
  private Path published;
  private Path directory;

  @BeforeEach
  void paths() throws IOException {
    published = Files.createDirectories(root.resolve("run")).resolve("node.json");
    directory = root.resolve("ledger/n1");
  }

  @Test
  void theFirstDocumentIsCopiedAsItIsAndEverybodyMayReadIt() throws Exception {
    publish("a", "first");

    assertThat(copier().copyIfChanged()).isTrue();

    assertThat(onShare("node.json")).isEqualTo(document("n1", "a", "first"));
    assertThat(Files.getPosixFilePermissions(directory.resolve("node.json")))
        .containsAll(PosixFilePermissions.fromString("r--r--r--"));
    assertThat(directory.resolve("node.previous.json")).doesNotExist();
  }

  @Test
  void anotherBootsDocumentIsKeptAndOneOfTheSameBootIsNot() throws Exception {
    publish("a", "eight cards");
    copier().copyIfChanged();
    publish("b", "seven cards");
    SharedDocument afterBoot = copier();
    afterBoot.copyIfChanged();
    publish("b", "seven cards, published again");
    assertThat(afterBoot.copyIfChanged()).isTrue();

    assertThat(onShare("node.json")).contains("published again");
    assertThat(onShare("node.previous.json")).isEqualTo(document("n1", "a", "eight cards"));
  }

  @Test
  void aDaemonThatStartsAgainWritesNothing() throws Exception {
    publish("a", "x");
    copier().copyIfChanged();
    Files.setLastModifiedTime(directory.resolve("node.json"), FileTime.from(Instant.EPOCH));
    SharedDocument again = copier();

    assertThat(again.copyIfChanged()).isFalse();
    assertThat(again.copyIfChanged()).isFalse();
    assertThat(Files.getLastModifiedTime(directory.resolve("node.json")).toInstant())
        .isEqualTo(Instant.EPOCH);
  }

  @Test
  void whatIsNoDocumentOfThisNodeNeverReachesTheShare() throws Exception {
    SharedDocument copier = copier();
    assertThatThrownBy(copier::copyIfChanged).isInstanceOf(NoSuchFileException.class);
    Files.writeString(published, document("n2", "a", "x"));
    assertThatThrownBy(copier::copyIfChanged)
        .isInstanceOf(JsonShapeException.class)
        .hasMessage("node: expected n1, found n2");
    Files.writeString(published, "{\"v\":1,");
    assertThatThrownBy(copier::copyIfChanged).isInstanceOf(JsonShapeException.class);
    assertThat(directory).doesNotExist();
  }

  /** What somebody spoilt on the share is replaced, and is not taken for a boot's document. */
  @Test
  void aSpoiltCopyIsReplacedAndNotKept() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("node.previous.json"), "of the boot before");
    Files.writeString(directory.resolve("node.json"), "{\"v\":");
    publish("b", "x");

    assertThat(copier().copyIfChanged()).isTrue();
    assertThat(onShare("node.json")).isEqualTo(document("n1", "b", "x"));
    assertThat(onShare("node.previous.json")).isEqualTo("of the boot before");
  }

  @Test
  void aShareThatWasAwayGetsItWhenItIsBack() throws Exception {
    Path share = root.resolve("ledger");
    Files.writeString(share, "not mounted: no directory");
    publish("a", "x");
    SharedDocument copier = copier();
    assertThatThrownBy(copier::copyIfChanged).isInstanceOf(IOException.class);
    Files.delete(share);
    copier.start();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(directory.resolve("node.json")).exists());
  }

  /** What cannot be looked at, here for its link leads in a circle, may be the boot before's. */
  @Test
  void aFailureOfTheShareAtTheFirstLookLosesNoBootBefore() throws Exception {
    publish("a", "eight cards");
    copier().copyIfChanged();
    Path copy = directory.resolve("node.json");
    Path kept = Files.move(copy, directory.resolve("kept"));
    Files.createSymbolicLink(copy, copy);
    publish("b", "seven cards");
    SharedDocument afterBoot = copier();
    assertThatThrownBy(afterBoot::copyIfChanged).isInstanceOf(FileSystemException.class);

    Files.move(kept, copy, StandardCopyOption.REPLACE_EXISTING);
    assertThat(afterBoot.copyIfChanged()).isTrue();
    assertThat(onShare("node.previous.json")).isEqualTo(document("n1", "a", "eight cards"));
  }

  /** A share that was cleaned, or restored from before: nobody would start the daemon for it. */
  @Test
  void whatWasRemovedFromTheShareOrSpoiltComesBackWhileTheDaemonRuns() throws Exception {
    publish("a", "x");
    SharedDocument copier = copier();
    copier.copyIfChanged();
    Files.delete(directory.resolve("node.json"));
    Files.delete(directory);
    assertThat(looksUntilItWrites(copier)).isEqualTo(SharedDocument.LOOKS_PER_LOOK_AT_THE_SHARE);
    assertThat(onShare("node.json")).isEqualTo(document("n1", "a", "x"));

    Files.writeString(directory.resolve("node.json"), document("n1", "a", "from before"));
    assertThat(looksUntilItWrites(copier)).isEqualTo(SharedDocument.LOOKS_PER_LOOK_AT_THE_SHARE);
    assertThat(onShare("node.json")).isEqualTo(document("n1", "a", "x"));
    assertThat(directory.resolve("node.previous.json")).doesNotExist();
  }

  private static int looksUntilItWrites(SharedDocument copier) throws Exception {
    for (int looks = 1; looks < 1000; looks++) {
      if (copier.copyIfChanged()) {
        return looks;
      }
    }
    throw new AssertionError("it never wrote");
  }

  @Test
  void aCopyOfEndlessLengthIsReplaced() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("node.json"), " ".repeat((1 << 20) + 1));
    publish("b", "x");

    assertThat(copier().copyIfChanged()).isTrue();
    assertThat(onShare("node.json")).isEqualTo(document("n1", "b", "x"));
  }

  @Test
  void theLedgerTakesNoNoticeOfIt() throws Exception {
    publish("a", "x");
    copier().copyIfChanged();
    publish("b", "y");
    copier().copyIfChanged();
    LedgerDirectory ledger = new LedgerDirectory(root.resolve("ledger"));
    assertThat(ledger.nodes()).containsExactly("n1");
    assertThat(ledger.files("n1")).isEmpty();
    assertThat(LedgerVerifier.verify(ledger).findings()).isEmpty();
  }

  private SharedDocument copier() {
    return new SharedDocument(published, directory, "n1");
  }

  private void publish(String boot, String board) throws IOException {
    Files.writeString(published, document("n1", boot, board));
  }

  private String onShare(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  private static String document(String node, String boot, String board) {
    return """
        {"v":1,"node":"%s","boot":"%s","digest":"0","gres":[],"features":[],"gpus":[],
         "cpu":{"model":"m","sockets":1,"cores":4,"threads":8},"memoryMiB":24000,"board":"%s"}
        """
        .formatted(node, boot, board);
  }
}
