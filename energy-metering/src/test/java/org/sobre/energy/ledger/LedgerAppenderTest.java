package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerAppenderTest {

  private static final String BOOT = "5f0c3a1e-9d2b-4c55-8a10-3b6f2f9b7e01";

  @TempDir Path root;
  private LedgerDirectory directory;

  @BeforeEach
  void here() {
    directory = new LedgerDirectory(root.resolve("ledger"));
  }

  private LedgerAppender open() throws IOException {
    return LedgerAppender.open(directory, "cbp", "n1", BOOT);
  }

  private LedgerAppender open(ChainEnd end) throws IOException {
    return LedgerAppender.open(directory, "cbp", "n1", BOOT, end);
  }

  private static Function<LineHeader, LedgerLine> boot(String at) {
    return header -> new BootLine(header, Instant.parse(at), Optional.empty());
  }

  private static Function<LineHeader, LedgerLine> balance(String from, String to) {
    Instant start = Instant.parse(from);
    Instant end = Instant.parse(to);
    return header ->
        new BalanceLine(
            header, false, start, end, end.toEpochMilli() - start.toEpochMilli(), List.of());
  }

  private List<String> lines(String month) throws IOException {
    return Files.readAllLines(root.resolve("ledger/n1/" + month + ".5f0c3a1e.jsonl"));
  }

  @Test
  void chainsLinesOverMonthsAndRestarts() throws Exception {
    LedgerAppender first = open();
    assertThat(first.lastSeq()).isZero();
    assertThat(first.append(boot("2026-11-30T22:10:00Z"))).isEqualTo(1);
    assertThat(first.append(balance("2026-11-30T22:10:00Z", "2026-11-30T23:00:00Z"))).isEqualTo(2);
    LedgerAppender second = open();
    assertThat(second.lastSeq()).isEqualTo(2);
    assertThat(second.append(balance("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z"))).isEqualTo(3);

    List<String> november = lines("2026-11");
    List<String> december = lines("2026-12");
    assertThat(november).hasSize(2);
    assertThat(december).hasSize(1);
    assertThat(LedgerCodec.decode(november.get(0)).header().prev()).isEmpty();
    assertThat(LedgerCodec.decode(november.get(1)).header().prev())
        .contains(LedgerCodec.hash(november.get(0)));
    assertThat(LedgerCodec.decode(december.get(0)).header().prev())
        .contains(LedgerCodec.hash(november.get(1)));
    assertThat(open().lastSeq()).isEqualTo(3);
  }

  @Test
  void leavesACutLineAndGoesOnAfterTheLastGoodOne() throws Exception {
    LedgerAppender first = open();
    first.append(boot("2026-11-20T10:00:00Z"));
    first.append(balance("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"));
    Path file = root.resolve("ledger/n1/2026-11.5f0c3a1e.jsonl");
    Files.writeString(file, "{\"v\":1,\"kind\":\"bal", StandardOpenOption.APPEND);

    assertThat(open().append(balance("2026-11-20T11:00:00Z", "2026-11-20T12:00:00Z"))).isEqualTo(3);

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(4).element(2).isEqualTo("{\"v\":1,\"kind\":\"bal");
    assertThat(LedgerCodec.decode(lines.get(3)).header().prev())
        .contains(LedgerCodec.hash(lines.get(1)));
  }

  @Test
  void countsALineThatLacksOnlyItsNewline() throws Exception {
    open().append(boot("2026-11-20T10:00:00Z"));
    Path file = root.resolve("ledger/n1/2026-11.5f0c3a1e.jsonl");
    Files.writeString(file, Files.readString(file).stripTrailing());
    LedgerAppender again = open();
    assertThat(again.lastSeq()).isEqualTo(1);
    again.append(balance("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"));
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void beginsABootWithItsBootLine() throws Exception {
    LedgerAppender appender = open();
    assertThatThrownBy(
            () -> appender.append(balance("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("boot line");
  }

  @Test
  void refusesTheFileOfAnotherBootThatBeginsAlike() throws Exception {
    open().append(boot("2026-11-20T10:00:00Z"));
    assertThatThrownBy(() -> LedgerAppender.open(directory, "cbp", "n1", "5f0c3a1e-other"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected lines of boot 5f0c3a1e-other, found boot " + BOOT);
  }

  /** Here what was read is made unreadable: who reads it again fails. */
  @Test
  void readsOnFromTheEndThatItFoundBefore() throws Exception {
    ChainEnd end = new ChainEnd();
    LedgerAppender first = open(end);
    first.append(boot("2026-11-20T10:00:00Z"));
    first.append(balance("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"));
    Path file = root.resolve("ledger/n1/2026-11.5f0c3a1e.jsonl");
    String known = Files.readString(file);
    open().append(balance("2026-11-20T11:00:00Z", "2026-11-20T12:00:00Z"));
    String more = Files.readString(file).substring(known.length());
    String foreign = known.replace(BOOT, BOOT.replace("7e01", "7e02"));
    Files.writeString(file, foreign + more + "{\"v\":1,\"kind\":\"bal");

    LedgerAppender again = open(end);
    assertThat(again.lastSeq()).isEqualTo(3);
    assertThat(again.append(balance("2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z"))).isEqualTo(4);
    assertThat(open(end).lastSeq()).isEqualTo(4);
    List<String> lines = Files.readAllLines(file);
    assertThat(LedgerCodec.decode(lines.get(4)).header().prev())
        .contains(LedgerCodec.hash(lines.get(2)));

    Files.writeString(file, foreign);
    assertThatThrownBy(() -> open(end))
        .as("shorter than it was: another file")
        .hasMessageContaining("7e02; move the file");
    Files.delete(file);
    assertThat(open(end).lastSeq()).isZero();
  }

  @Test
  void failsWithoutMovingOnWhereTheLedgerCannotBeWritten() throws Exception {
    LedgerAppender appender = open();
    appender.append(boot("2026-11-20T10:00:00Z"));
    Path inTheWay = root.resolve("ledger/n1/2026-12.5f0c3a1e.jsonl");
    Files.createDirectory(inTheWay);
    assertThatThrownBy(
            () -> appender.append(balance("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z")))
        .isInstanceOf(IOException.class);
    assertThat(appender.lastSeq()).isEqualTo(1);
    Files.delete(inTheWay);
    assertThat(appender.append(balance("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z")))
        .isEqualTo(2);
  }

  @Test
  void replacesAFileWhole() throws Exception {
    Path file = root.resolve("checkpoint.json");
    AtomicFile.replace(file, "old", PosixFilePermissions.fromString("rw-r-----"));
    AtomicFile.replace(file, "new", PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Files.readString(file)).isEqualTo("new");
    assertThat(root.toFile().list()).containsExactly("checkpoint.json");
  }

  /** What the umask takes away it takes from a file that is new, not from one of ours. */
  @Test
  void aFileThatOthersReadKeepsItsMode() throws Exception {
    Path file = root.resolve("nodes.conf");
    AtomicFile.replaceKeeping(file, "first", PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(mode(file)).isEqualTo("rw-rw-rw-");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
    AtomicFile.replaceKeeping(file, "second", PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(mode(file)).isEqualTo("r--r-----");
    assertThat(Files.readString(file)).isEqualTo("second");
    assertThat(root.toFile().list()).containsExactly("nodes.conf");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
