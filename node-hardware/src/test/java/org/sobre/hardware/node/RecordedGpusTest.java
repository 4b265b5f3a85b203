package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.probe.ToolText;

class RecordedGpusTest {

  private static final String MI210 =
      """
      {"gpu_data": [{"gpu": 0, "bus": {"bdf": "0000:c3:00.0"},
        "asic": {"market_name": "AMD Instinct MI210", "device_id": "0x740f"}}]}
      """;

  @Test
  void theTextTellsTheVendor() {
    assertThat(RecordedGpus.read(MI210).orElseThrow().gpus())
        .extracting(Gpu::vendor)
        .containsExactly(GpuVendor.AMD);
    assertThat(RecordedGpus.read(Recordings.read("titan-v_560.35.03_q.txt")).orElseThrow().gpus())
        .extracting(Gpu::model)
        .containsExactly("NVIDIA TITAN V");
    assertThat(RecordedGpus.read("Linux n042 6.1.0\n")).isEmpty();
  }

  @Test
  void cardsOfTwoVendorsStandInOneMachine() {
    RecordedAnswer machine =
        RecordedGpus.together(List.of(MI210, Recordings.read("titan-v_560.35.03_q.txt")))
            .orElseThrow();
    assertThat(machine.gpus())
        .extracting(Gpu::index, Gpu::vendor)
        .containsExactly(tuple(0, GpuVendor.NVIDIA), tuple(1, GpuVendor.AMD));
  }

  /** Neither text tells an address. */
  @Test
  void cardsWithoutAPlaceAreNotTakenForOneAnother() {
    String monitor = "GPU  POWER  VRAM_USED  VRAM_TOTAL\n  0  41 W     283 MB    65520 MB\n";
    assertThat(RecordedGpus.together(List.of("name\nTesla T4\n", monitor)).orElseThrow().gpus())
        .extracting(Gpu::index, Gpu::vendor)
        .containsExactly(tuple(0, GpuVendor.NVIDIA), tuple(1, GpuVendor.AMD));
  }

  @Test
  void oneUnknownTextIsNotLeftOut() {
    assertThat(RecordedGpus.together(List.of(MI210, "hello"))).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithAnOutputCutOff() {
    String cut = Recordings.read("rtx3080_595.58.03_q-x.xml").substring(0, 2000);
    assertThatThrownBy(() -> RecordedGpus.read(cut))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cut off");
  }

  @Test
  void refusesWhatIsTooLong() {
    String flood = "x".repeat(ToolText.LONGEST_ANSWER + 1);
    assertThatThrownBy(() -> RecordedGpus.read(flood))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16 Mi");
  }
}
