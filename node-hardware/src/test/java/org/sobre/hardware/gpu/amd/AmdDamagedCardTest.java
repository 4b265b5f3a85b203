package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.node.RecordedGpus;
import org.sobre.hardware.units.MemorySize;

/** Answers that end too early, cards that do not answer, and the columns of newer versions. */
class AmdDamagedCardTest {

  /** ROCm/legacy-rocm-build issue 426: a Vega whose registers are all ones. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        GPU[1]          : GPU ID: 0x6863
        GPU[1]          : Temperature: 511.0c
        GPU[1]          : Fan Level: 255 (100.0)%
        """,
        """
        GPU  Temp    AvgPwr   SCLK   MCLK    Fan    Perf  PwrCap  VRAM%  GPU%
        1    511.0c  65535W   None   945Mhz  100%   auto  264.0W  0%     0%
        """,
        "{\"card1\": {\"GPU ID\": \"0x6863\", \"Temperature (Sensor edge) (C)\": \"511.0\"}}"
      })
  void aCardWhoseSensorReadsAllOnesIsUnreadable(String printed) {
    assertThat(read(printed)).extracting(Gpu::state).containsExactly(GpuState.UNREADABLE);
  }

  /** amd-smi 26 and 27, of a Radeon, of partitions and in watch mode. */
  @Test
  void theMonitorsNewColumnsAreRead() {
    assertThat(
            read(
                """
                GPU  XCP  POWER   GPU_T   MEM_T   GFX_CLK   GFX%   MEM%   ENC%   DEC%      VRAM_USAGE
                  0    0   32 W   58 °C   58 °C  1115 MHz    6 %    1 %    N/A    0 %    2.9/ 15.9 GB
                  1    0   32 W   58 °C   58 °C  1115 MHz    6 %    1 %    N/A    0 %             N/A
                """))
        .extracting(
            gpu -> gpu.memoryTotal().measured().map(MemorySize::mebibytes).orElse(-1L),
            gpu -> gpu.memoryFree().measured().map(MemorySize::mebibytes).orElse(-1L))
        .containsExactly(tuple(16281L, 13312L), tuple(-1L, -1L));
    assertThat(
            read(
                """
                TIMESTAMP  GPU  XCP  POWER  PWR_CAP
                1786038263    0    0  123 W    750 W
                1786038263    1    1  123 W    750 W
                1786038263    2    0  122 W    750 W
                1786038264    0    0  122 W    750 W
                """))
        .extracting(gpu -> gpu.partitions().size())
        .containsExactly(2, 0);
  }

  /** Pasted without their end: what stands before it is there, and the end is missed. */
  @ParameterizedTest
  @CsvSource({"true, 3", "false, 3"})
  void anAnswerThatIsCutOffHasTheDevicesBeforeTheCut(boolean wrapped, int whole) {
    String device =
        """
          {"gpu": %d, "bdf": "0000:0%d:00.0", "vram": {"size": {"value": 65520, "unit": "MB"}}},
        """;
    StringBuilder text = new StringBuilder(wrapped ? "{\"gpu_data\": [\n" : "[\n");
    for (int i = 0; i < whole; i++) {
      text.append(device.formatted(i, i));
    }
    text.append("{\"gpu\": 3, \"bdf\": \"0000:03:00.0\", \"vram\": {\"siz");
    RecordedAnswer answer = RecordedGpus.read(text.toString()).orElseThrow();
    assertThat(answer.gpus()).hasSize(whole);
    assertThat(answer.messages()).containsExactly("the JSON ends in its middle");
  }

  @Test
  void theCardThatWasCutIsLeftOutAndTheOthersAreWhole() {
    String whole = AmdRecordings.read("mi100_rocm5.7.1_all.json");
    RecordedAnswer answer =
        RecordedGpus.read(whole.substring(0, whole.indexOf("\"card3\"") + 900)).orElseThrow();
    assertThat(answer.gpus()).hasSize(3).allMatch(gpu -> gpu.memoryTotal().measured().isPresent());
    assertThat(answer.messages()).containsExactly("the JSON ends in its middle");
  }

  private static List<Gpu> read(String text) {
    return RecordedGpus.read(text).orElseThrow().gpus();
  }
}
