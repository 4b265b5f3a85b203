package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

class NvidiaTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "N/A",
        "[N/A]",
        "[Not Supported]",
        "Not Supported",
        "Not Found",
        "[Function Not Found]",
        "[Insufficient Permissions]",
        "Requested functionality has been deprecated",
        "\n\t\t\tNone\n",
      })
  void anAbsenceIsNoValueAndNoFault(String printed) {
    assertThat(NvidiaText.of(printed).value()).isEmpty();
    assertThat(NvidiaText.of(printed).fault()).isEmpty();
    assertThat(NvidiaText.of(printed).memory().measured()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "[GPU requires reset],NEEDS_RESET",
    "[Unknown Error],UNREADABLE",
    "Unknown Error,UNREADABLE",
    "ERR!,UNREADABLE",
    "GPU is lost,LOST",
  })
  void aFaultIsNoValue(String printed, GpuState state) {
    assertThat(NvidiaText.of(printed).fault()).contains(state);
    assertThat(NvidiaText.of(printed).value()).isEmpty();
  }

  @Test
  void memoryCarriesItsUnit() {
    assertThat(NvidiaText.of(" 24564 MiB ").memory())
        .isEqualTo(Reading.of(MemorySize.ofMebibytes(24564)));
    assertThat(NvidiaText.of("0 MiB").memory()).isEqualTo(Reading.of(new MemorySize(0)));
  }

  @ParameterizedTest
  @CsvSource({
    "[Insufficient Permissions],NO_PERMISSION",
    "[Unknown Error],FAILED",
    "24564,FAILED",
    "24564 GB,FAILED",
    "N/A,NOT_SUPPORTED",
  })
  void memoryThatIsNoneSaysWhy(String printed, Reason reason) {
    assertThat(NvidiaText.of(printed).memory())
        .isInstanceOfSatisfying(
            Reading.Unavailable.class, missing -> assertThat(missing.reason()).isEqualTo(reason));
  }

  @Test
  void aTextIsOneShortLine() {
    assertThat(NvidiaText.of("RTX\u0000\u001b[2J\n\t4090").text()).isEqualTo("RTX [2J 4090");
    assertThat(NvidiaText.of("Quadro  K").text()).isEqualTo("Quadro  K");
    assertThat(NvidiaText.of("A".repeat(5_000_000)).text()).hasSize(200);
  }
}
