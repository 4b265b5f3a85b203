package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.amd.AmdRecordings;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.MemorySize;

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

  @Test
  void twoTablesOfOneMachineHaveItsCardsOnce() {
    RecordedAnswer machine =
        RecordedGpus.together(
                List.of(
                    AmdRecordings.read("strix-halo-gfx1151_rocm7.1.1_rocm-smi-table.txt"),
                    AmdRecordings.read("strix-halo-gfx1151_rocm7.1.1_amd-smi-table.txt")))
            .orElseThrow();
    assertThat(machine.gpus())
        .extracting(gpu -> gpu.pciAddress().toString(), gpu -> gpu.memoryTotal().measured())
        .containsExactly(tuple("0000:c2:00.0", Optional.of(MemorySize.ofMebibytes(65536))));
  }

  /** Its numbers are not the other tool's. */
  @Test
  void twoCardsOfATableWithoutPlacesAreNotTakenForCertainOnes() {
    String listed =
        "[{\"gpu\": 0, \"bdf\": \"0000:c3:00.0\"}, {\"gpu\": 1, \"bdf\": \"0000:63:00.0\"}]";
    String table =
        AmdRecordings.read("strix-halo-gfx1151_rocm7.1.1_rocm-smi-table.txt")
            .replaceAll("(?m)^0( .*)$", "0$1\n1$1");
    RecordedAnswer machine = RecordedGpus.together(List.of(table, listed)).orElseThrow();
    assertThat(machine.gpus())
        .extracting(gpu -> gpu.pciAddress().toString())
        .containsExactly("0000:63:00.0", "0000:c3:00.0");
    assertThat(machine.messages())
        .anyMatch(said -> said.contains("2 cards, one of them without their places"));
  }

  @Test
  void aListGivesItsUuidsToATable() {
    Gpu card =
        RecordedGpus.together(
                List.of(
                    Recordings.read("rtx4080super_595.71.05_table-idle.txt"),
                    Recordings.read("rtx4080super_595.71.05_list.txt")))
            .orElseThrow()
            .gpus()
            .get(0);
    assertThat(card.uuid()).hasValueSatisfying(uuid -> assertThat(uuid).startsWith("GPU-"));
    assertThat(card.model()).isEqualTo("NVIDIA GeForce RTX 4080 SUPER");
    assertThat(card.pciAddress().toString()).isEqualTo("0000:01:00.0");
  }

  /** Whichever of them counts first: a fact that one of them tells is told. */
  @Test
  void aTableTakesNoFactFromTheOthers() {
    String memoryOnly =
        """
        ==============NVSMI LOG==============
        Driver Version                      : 595.71.05
        Attached GPUs                       : 1
        GPU 00000000:01:00.0
            FB Memory Usage
                Total                       : 16376 MiB
                Free                        : 15555 MiB
        """;
    String query = "index, uuid, compute_cap\n0, GPU-7, 8.9\n";
    Gpu card =
        RecordedGpus.together(
                List.of(
                    memoryOnly, Recordings.read("rtx4080super_595.71.05_table-idle.txt"), query))
            .orElseThrow()
            .gpus()
            .get(0);
    assertThat(card.model()).startsWith("NVIDIA GeForce RTX 40");
    assertThat(card.memoryFree().measured()).contains(MemorySize.ofMebibytes(15555));
    assertThat(card.uuid()).contains("GPU-7");
    assertThat(card.computeCapability()).contains("8.9");
  }

  @Test
  void cardsThatOneOutputLeavesOutAreListed() {
    String one = "name, uuid, pci.bus_id\nTesla T4, GPU-1, 00000000:81:00.0\n";
    String both = one + "Tesla T4, GPU-2, 00000000:41:00.0\n";
    assertThat(RecordedGpus.together(List.of(one, both)).orElseThrow().gpus())
        .extracting(gpu -> gpu.uuid().orElse(""), gpu -> gpu.pciAddress().toString())
        .containsExactly(tuple("GPU-2", "0000:41:00.0"), tuple("GPU-1", "0000:81:00.0"));
  }
}
