package org.sobre.energy.occupancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.hardware.probe.SysRoot;

class ProcessTableTest {

  @TempDir Path root;

  @Test
  void readsAProcessWhoseNameLooksLikeFields() {
    assertThat(ProcessFacts.parse(77, FakeProc.stat(77, "R", 42, 123_456), FakeProc.status(1203)))
        .contains(new ProcessFacts(77, 42, 123_456, 1203, 1000, "py) th(on 3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Z", "X"})
  void aDeadProcessThatIsOnlyWaitedForIsNone(String state) {
    assertThat(ProcessFacts.parse(77, FakeProc.stat(77, state, 42, 1), FakeProc.status(1)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "77", "77 (x) S 1 2", "77 (x) S a b c d e f g h i j k l m n o p q r s"})
  void aTextCutShortIsNone(String stat) {
    assertThat(ProcessFacts.parse(77, stat, FakeProc.status(1))).isEmpty();
  }

  /** Directories of users map them to numbers of ten digits. */
  @Test
  void aUserOfALargeNumberIsSeen() {
    String stat = FakeProc.stat(77, "S", 42, 1);

    assertThat(ProcessFacts.parse(77, stat, FakeProc.status(1_645_200_513)).orElseThrow().uid())
        .isEqualTo(1_645_200_513);
    String tooLarge = FakeProc.status(1).replaceFirst("Uid:\\s+\\d+", "Uid:\t4294967294");
    assertThat(tooLarge).contains("4294967294");
    assertThat(ProcessFacts.parse(77, stat, tooLarge)).isEmpty();
  }

  @Test
  void aPidThatWasGivenAnewIsAnotherProcess() throws IOException {
    FakeProc proc = new FakeProc(root);
    proc.start(77, 1, 1203, 500);
    assertThat(proc.table().isAlive(new WrapperProcess(77, 500))).isTrue();
    proc.end(77);
    assertThat(proc.table().isAlive(new WrapperProcess(77, 500))).isFalse();
    proc.start(77, 1, 1203, 900);
    assertThat(proc.table().isAlive(new WrapperProcess(77, 500))).isFalse();
  }

  @Test
  void parentsThatNameEachOtherEndSomewhere() throws IOException {
    FakeProc proc = new FakeProc(root);
    proc.start(77, 78, 1203, 500);
    proc.start(78, 77, 1203, 500);
    ProcessTable table = proc.table();
    assertThat(table.chain(table.of(77).orElseThrow())).hasSizeBetween(2, 100);
  }

  /** What the kernel of this machine really writes. */
  @Test
  void readsThisProcessFromTheKernel() throws IOException {
    long pid = ProcessHandle.current().pid();
    ProcessFacts facts = new ProcessTable(SysRoot.machine()).of(pid).orElseThrow();
    assertThat(facts.parent()).isEqualTo(ProcessHandle.current().parent().orElseThrow().pid());
    long uptime =
        (long)
            (Double.parseDouble(
                    java.nio.file.Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0])
                * 1_000_000_000);
    assertThat(facts.startNanos()).isBetween(0L, uptime);
  }
}
