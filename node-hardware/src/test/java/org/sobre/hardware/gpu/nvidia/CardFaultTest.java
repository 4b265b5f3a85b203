package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.PciAddress;

class CardFaultTest {

  @ParameterizedTest
  @CsvSource({
    "failure_gpu-lost_stdout.txt,0000:05:00.0",
    "failure_unknown-error_stdout.txt,0000:07:00.0",
  })
  void readsTheRecordedLines(String recording, String address) {
    List<String> lines = Recordings.read(recording).lines().toList();
    assertThat(CardFault.inMessages(lines))
        .hasSize(1)
        .allSatisfy(
            (card, fault) -> {
              assertThat(card).hasToString(address);
              assertThat(fault.state()).isEqualTo(GpuState.LOST);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unable to determine the device handle for GPU0: 0000:24:00.0: GPU is lost.  Reboot",
        "Unable to determine the device handle for gpu 00000000:24:00.0: Unknown Error",
        "GPU 0000:24:00.0 has fallen off the bus",
      })
  void readsEverySpelling(String line) {
    assertThat(CardFault.inMessages(List.of(line))).containsOnlyKeys(new PciAddress(0, 0x24, 0, 0));
  }

  /** A card that is not lost, and cannot be asked all the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unable to determine the device handle for GPU 0000:24:00.0: Not Found",
        "Unable to determine the device handle for gpu 0000:24:00.0: Unable to communicate with GPU"
            + " because it is insufficiently powered.",
      })
  void aCardWhoseHandleCannotBeHadIsUnreadable(String line) {
    assertThat(CardFault.inMessages(List.of(line)).get(new PciAddress(0, 0x24, 0, 0)))
        .isEqualTo(new CardFault(GpuState.UNREADABLE, line));
  }

  @Test
  void aWarningIsNoFault() {
    assertThat(
            CardFault.inMessages(
                List.of("WARNING: infoROM is corrupted at gpu 0000:0B:00.0", "No devices")))
        .isEmpty();
  }
}
