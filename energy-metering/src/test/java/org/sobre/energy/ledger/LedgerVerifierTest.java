package org.sobre.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class LedgerVerifierTest {

  @TempDir Path root;
  private SmallLedger ledger;

  @BeforeEach
  void write() throws IOException {
    ledger = new SmallLedger(root);
  }

  private Verification verify() throws IOException {
    return LedgerVerifier.verify(ledger.directory);
  }

  private List<String> faults() throws IOException {
    return verify().faults().stream().map(Finding::toString).toList();
  }

  private String at(int line) {
    return ledger.fileA + ":" + line + ": ";
  }

  @Test
  void findsNothingInAGoodLedger() throws Exception {
    Verification verification = verify();
    assertThat(verification.findings()).isEmpty();
    assertThat(verification.nodes()).isEqualTo(1);
    assertThat(verification.boots()).isEqualTo(2);
    assertThat(verification.lines()).isEqualTo(9);
  }

  @Test
  void findsNothingWhereThereIsNoLedger() throws Exception {
    assertThat(LedgerVerifier.verify(new LedgerDirectory(root.resolve("none"))).nodes()).isZero();
  }

  @Test
  void namesOneMicrojouleChanged() throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.set(2, lines.get(2).replace("900000002", "900000003"));
    ledger.rewriteA(lines);
    assertThat(faults())
        .anyMatch(fault -> fault.startsWith(at(3) + "altered after it was written"))
        .anyMatch(
            fault ->
                fault.startsWith(at(3) + "residual of meter gpu/GPU-1 (sampled)")
                    && fault.endsWith(", -1 uJ apart"))
        .anyMatch(fault -> fault.startsWith(at(6) + "job 7.0 on meter gpu/GPU-1"))
        .hasSize(3);
  }

  @Test
  void namesAMicrojouleMovedWithTheChainForged() throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.set(2, lines.get(2).replace("900000002", "900000001").replace("100000006", "100000007"));
    ledger.forgeA(lines);
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(6) + "job 7.0 on meter gpu/GPU-1 (sampled): the job line says 2700000006 uJ")
        .endsWith("2700000005 uJ");
  }

  @ParameterizedTest
  @MethodSource("removable")
  void namesOneLineRemoved(int index) throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.remove(index);
    ledger.rewriteA(lines);
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(index + 1) + "seq " + (index + 1) + " is missing before this line");
  }

  static IntStream removable() {
    return IntStream.range(0, 5);
  }

  @ParameterizedTest
  @MethodSource("doublable")
  void namesOneLineDoubled(int index) throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.add(index + 1, lines.get(index));
    ledger.rewriteA(lines);
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(index + 2) + "doubled line: seq " + (index + 1) + " already stands at");
  }

  static IntStream doublable() {
    return IntStream.range(0, 6);
  }

  @Test
  void namesOneSecondMissing() throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.set(
        2,
        lines
            .get(2)
            .replace("\"from\":\"2026-11-20T11:00:00Z\"", "\"from\":\"2026-11-20T11:00:01Z\""));
    ledger.forgeA(lines);
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(3) + "time missing: 1000 ms between the balance before");
  }

  @Test
  void namesTheTailCut() throws Exception {
    List<String> lines = ledger.linesOfA();
    ledger.rewriteA(lines.subList(0, 4));
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(4) + "tail cut: the next boot (")
        .endsWith("counted 6 lines, the last one here is seq 4");
  }

  @Test
  void namesABootTakenAway() throws Exception {
    Files.delete(ledger.fileA);
    assertThat(faults())
        .singleElement()
        .asString()
        .contains("boot " + SmallLedger.BOOT_A + " came before this one and had 6 lines; none");
  }

  @Test
  void namesALineAddedAfterTheBootEnded() throws Exception {
    LedgerAppender.open(ledger.directory, "cbp", "n1", SmallLedger.BOOT_A)
        .append(header -> SmallLedger.balance(header, 4, false));
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(7) + "lines were added after the boot ended");
  }

  @Test
  void namesATornLineAtTheEndAndReadsTheRest() throws Exception {
    List<String> lines = ledger.linesOfA();
    String last = lines.remove(5);
    Files.writeString(
        ledger.fileA, String.join("\n", lines) + "\n" + last.substring(0, last.length() / 2));
    Verification verification = verify();
    assertThat(verification.lines()).isEqualTo(8);
    assertThat(faults())
        .anyMatch(fault -> fault.startsWith(at(6) + "torn line: the line is cut after "))
        .anyMatch(fault -> fault.contains("tail cut"))
        .hasSize(2);
  }

  @Test
  void takesAFragmentThatTheChainWentOnAfterForWhatItIs() throws Exception {
    Path fileB = ledger.directory.fileFor("n1", SmallLedger.BOOT_B, SmallLedger.START);
    Files.writeString(fileB, "{\"v\":1,\"kind\":\"bala", StandardOpenOption.APPEND);
    LedgerAppender.open(ledger.directory, "cbp", "n1", SmallLedger.BOOT_B)
        .append(header -> SmallLedger.balance(header, 7, false));
    Verification verification = verify();
    assertThat(verification.faults()).isEmpty();
    assertThat(verification.notes())
        .singleElement()
        .asString()
        .startsWith(fileB + ":4: a fragment");
  }

  @Test
  void takesEveryCutOfALineForAFragment() throws Exception {
    for (String line : ledger.linesOfA()) {
      for (int length = 1; length < line.length(); length++) {
        assertThat(raw(line.substring(0, length)).isFragment()).as("cut at %d", length).isTrue();
      }
      assertThat(raw(line).isFragment()).isFalse();
    }
  }

  private static RawLine raw(String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return new RawLine.Reader(new ByteArrayInputStream(bytes), 0, 0).next().orElseThrow();
  }

  @Test
  void namesALineOfNoLedgerAndReadsTheRest() throws Exception {
    Path fileB = ledger.directory.fileFor("n1", SmallLedger.BOOT_B, SmallLedger.START);
    Files.writeString(fileB, "x".repeat(RawLine.MAX_BYTES + 3) + "\n", StandardOpenOption.APPEND);
    LedgerAppender.open(ledger.directory, "cbp", "n1", SmallLedger.BOOT_B)
        .append(header -> SmallLedger.balance(header, 7, false));
    assertThat(verify().lines()).isEqualTo(10);
    assertThat(faults()).singleElement().asString().startsWith(fileB + ":4: unreadable line");
  }

  @Test
  void namesEnergiesThatNoMeterCanHave() throws Exception {
    List<String> lines = ledger.linesOfA();
    String absurd = lines.get(2).replaceAll("\"sampled\":\\d+", "\"sampled\":" + Long.MAX_VALUE);
    assertThat(absurd).isNotEqualTo(lines.get(2));
    lines.set(2, absurd);
    ledger.rewriteA(lines);
    assertThat(faults()).anyMatch(fault -> fault.startsWith(at(3)));
  }

  @Test
  void allowsAJobLineAheadOfTheOpenHourAndNeverBehind() throws Exception {
    List<String> lines = ledger.linesOfA();
    String job = lines.get(5).replace("\"seq\":6", "\"seq\":4");
    ledger.forgeA(List.of(lines.get(0), lines.get(1), lines.get(2), job));
    assertThat(faults()).singleElement().asString().contains("tail cut");

    ledger.forgeA(
        List.of(lines.get(0), lines.get(1), lines.get(2), job.replace("2700000006", "1700000006")));
    assertThat(faults()).anyMatch(fault -> fault.contains("the job line says 1700000006 uJ"));
  }

  @Test
  void namesObservedTimeBeyondElapsed() throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.set(4, lines.get(4).replace("\"observedMs\":3599000", "\"observedMs\":3600001"));
    ledger.forgeA(lines);
    assertThat(faults())
        .singleElement()
        .asString()
        .startsWith(at(5) + "meter gpu/GPU-1: expected observedMs from 0 to");
  }

  @ParameterizedTest
  @CsvSource({
    "900000000, 2, true",
    "900000000, 3, false",
    "900000003, 0, false",
    "0, 9223372036854775807, false",
    "9223372036854775807, 9223372036854775807, false"
  })
  void namesMoreThanAJobWasGiven(long still, long worked, boolean fine) throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.set(2, SmallLedger.withBasis(lines.get(2), still, worked));
    ledger.forgeA(lines);
    assertThat(faults())
        .containsExactlyElementsOf(
            fine
                ? List.of()
                : List.of(
                    at(3)
                        + "job 7.0 on meter gpu/GPU-1: staticMicrojoules "
                        + still
                        + " uJ and cpuTimeMicrojoules "
                        + worked
                        + " uJ are more than the 900000002 uJ that the job was given"));
  }

  @Test
  void namesALineOfALaterVersion() throws Exception {
    List<String> lines = ledger.linesOfA();
    lines.set(3, lines.get(3).replace("{\"v\":1", "{\"v\":2"));
    ledger.rewriteA(lines);
    assertThat(faults())
        .anyMatch(fault -> fault.startsWith(at(4) + "unreadable line: v: expected 1, found 2"));
  }

  @Test
  void knowsTheBootBefore() throws Exception {
    assertThat(BootHistory.bootBefore(ledger.directory, "n1", "cccccccc"))
        .contains(SmallLedger.BOOT_B);
    assertThat(BootHistory.bootBefore(ledger.directory, "n1", SmallLedger.BOOT_B))
        .contains(SmallLedger.BOOT_A);
    assertThat(BootHistory.bootBefore(ledger.directory, "n2", "cccccccc")).isEmpty();
  }
}
