package org.sobre.slurm.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.fuzz.Mutations;

class XidEventsTest {

  private static final HealthCard CARD = Cards.nvidia(0, "0000:2b:00.0");

  private final XidEvents xids = new XidEvents();

  @ParameterizedTest
  @ValueSource(ints = {46, 48, 54, 62, 64, 74, 79, 94, 95, 110, 119, 120, 136, 140, 143, 158})
  void thoseThatNeedAResetCount(int number) {
    said("NVRM: Xid (PCI:0000:2b:00): " + number + ", pid=1896, name=python, what it says");
    assertThat(tokens()).containsExactly("xid-" + number + ":0000:2b:00.0");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {8, 13, 31, 32, 37, 43, 44, 45, 63, 68, 69, 92, 109, 121, 144, 154, 160, 9999})
  void thoseOfProgramsAndNewsDoNot(int number) {
    said("NVRM: Xid (PCI:0000:2b:00): " + number + ", pid=1896, name=python, Ch 00000010");
    assertThat(tokens()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.",
        "NVRM: Xid (0000:2B:00): 79, GPU has fallen off the bus.",
        "NVRM: Xid (PCI:0000:2b:00.0): 79, pid=1",
        "NVRM: Xid (PCI:00000000:2b:00): 79",
        "NVRM: Xid (PCI:0000:2b:00 GPU-I:05): 79, pid=7194, Contained: CE User Channel (0x9).",
        "NVRM: Xid (PCI:0000:2b:00 GPU-I:05 GPU-CI:00): 79, pid=7194, name=python, fallen off",
      })
  void theAddressHasSeveralSpellings(String line) {
    said(line);
    assertThat(tokens()).containsExactly("xid-79:0000:2b:00.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)|GPU Reset Required",
        "154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)|Node Reboot Required",
      })
  void theDriversOwnWordCounts(String rest, String detail) {
    said("NVRM: Xid (PCI:0000:2b:00): " + rest);
    assertThat(xids.of(CARD))
        .singleElement()
        .satisfies(cause -> assertThat(cause.detail()).isEqualTo(detail))
        .satisfies(cause -> assertThat(cause.token()).isEqualTo("xid-154:0000:2b:00.0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVRM: Xid (PCI:0000:2b:00): 154, GPU recovery action changed from 0x1 (GPU Reset Required) to"
            + " 0x0 (None)",
        "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.154.05  Thu Dec 28 15:37:48 UTC 2023",
        "NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build",
        "pci 0000:2b:00.0: [10de:2684] type 00 class 0x030000",
      })
  void aResetIsTheEndOfThem(String reset) {
    said("NVRM: Xid (PCI:0000:2b:00): 95, pid=1, Uncontained memory error");
    said(
        "NVRM: Xid (PCI:0000:2b:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU"
            + " Reset Required)");
    assertThat(tokens()).hasSize(2);
    said(reset);
    assertThat(tokens()).isEmpty();
    said("NVRM: Xid (PCI:0000:2b:00): 95, pid=1, Uncontained memory error");
    assertThat(tokens()).hasSize(1);
  }

  @Test
  void anotherCardsResetIsNoEnd() {
    said("NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.");
    said("pci 0000:41:00.0: [10de:2684] type 00 class 0x030000");
    said("NVRM: Xid (PCI:0000:41:00): 154, GPU recovery action changed from 0x1 (x) to 0x0 (None)");
    assertThat(tokens()).hasSize(1);
  }

  /** A user's program can get its words into the log, but not in front of a line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVRM: Xid (PCI:[77]: segfault at 0",
        "python NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.",
        "NVRM: Xid (PCI:0000:2b:00) 79",
        "NVRM: Xid (PCI:0000:2b:00): x",
      })
  void otherLinesSayNothing(String line) {
    said(line);
    assertThat(tokens()).isEmpty();
  }

  @Test
  void whatAProcessWroteThereIsNotTheKernelsWord() {
    String text = "NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.";
    KernelRecord.parse("12,7,100,-;" + text).ifPresent(xids::read);
    assertThat(tokens()).isEmpty();
    KernelRecord.parse("4,7,100,-;" + text).ifPresent(xids::read);
    assertThat(tokens()).hasSize(1);
  }

  @Test
  void recordsHaveTheFormOfTheKernelsDocumentation() {
    assertThat(
            KernelRecord.parse(
                "4,1339,5140900,-,caller=T1;NVRM: hello; you\n SUBSYSTEM=pci\n DEVICE=+pci:0000\n"))
        .contains(new KernelRecord(1339, true, "NVRM: hello; you"));
    assertThat(KernelRecord.parse(" SUBSYSTEM=pci")).isEmpty();
    assertThat(KernelRecord.parse("")).isEmpty();
  }

  @Test
  void survivesDamagedRecordsAndBlamesNoCardThatIsNotNamed() {
    List<String> records =
        List.of(
            "4,1,5,-;NVRM: Xid (PCI:0000:2b:00): 79, pid=1, GPU has fallen off the bus.",
            "4,2,6,-;NVRM: Xid (PCI:0000:2b:00): 154, GPU recovery action changed from 0x0 (None) to"
                + " 0x1 (GPU Reset Required)",
            "6,3,7,-;pci 0000:2b:00.0: [10de:2684] type 00 class 0x030000",
            "6,4,8,-;NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.154.05");
    Mutations.survives(
        records,
        mutated -> {
          XidEvents events = new XidEvents();
          mutated.lines().forEach(line -> KernelRecord.parse(line).ifPresent(events::read));
          if (!mutated.toLowerCase(java.util.Locale.ROOT).contains("2b:00")) {
            assertThat(events.of(CARD)).isEmpty();
          }
        });
  }

  private void said(String line) {
    xids.read(new KernelRecord(1, true, line));
  }

  private List<String> tokens() {
    return xids.of(CARD).stream().map(Cause::token).toList();
  }
}
