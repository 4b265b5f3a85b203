package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.node.RecordedGpus;
import org.sobre.hardware.units.MemorySize;

/**
 * Texts as people copied them into reports and guides, shortened; where each was found stands at
 * it. Those without an address or a name of their own are about their form alone.
 */
class AmdCopiedTextTest {

  /** ROCm/rocm-blogs, a guide's quotation: all lines are indented by four. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 12})
  void aTableInAQuotationHasItsRows(int margin) {
    String table =
        """
        ========================= ROCm System Management Interface =========================
        =================================== Concise Info ===================================
        GPU  Temp (DieEdge)  AvgPwr  SCLK    MCLK     Fan  Perf  PwrCap  VRAM%  GPU%
        0    39.0c           41.0W   800Mhz  1600Mhz  0%   auto  300.0W    0%   0%
        1    42.0c           43.0W   800Mhz  1600Mhz  0%   auto  300.0W    0%   0%
        ====================================================================================
        """
            .lines()
            .map(line -> " ".repeat(margin) + line + "\n")
            .collect(Collectors.joining());
    assertThat(read(table)).hasSize(2);
  }

  /** The kernel's lines, and a shell's of a job in the background, begin as a list does. */
  @ParameterizedTest
  @ValueSource(strings = {"[   12.345678] amdgpu: ready\n", "[1] 4242\n", "[0]: low power\n"})
  void whatBeginsAsAListDoesNotHideTheAnswer(String line) {
    String json = "[{\"gpu\": 0, \"asic\": {\"market_name\": \"AMD Instinct MI210\"}}]\n";
    assertThat(read(line + json)).extracting(Gpu::model).containsExactly("AMD Instinct MI210");
  }

  @Test
  void aSentenceBelowATableIsNoCard() {
    String table = "GPU  POWER  GPU_TEMP  MEM_TEMP  VRAM_USED  VRAM_TOTAL\n";
    String row = "  0  248 W     55 °C     48 °C     283 MB   196300 MB\n";
    String silent = "  1    N/A       N/A       N/A        N/A         N/A\n";
    assertThat(read(table + row + silent + "\n2 more are idle\n")).hasSize(2);
  }

  /** jart's and others' notes begin at the header; the name of the table is cut off. */
  @Test
  void aTableWithoutItsTitleIsKnownByItsHeader() {
    assertThat(
            read(
                """
                Device  Node  IDs              Temp    Power     Partitions          SCLK  MCLK   Fan
                              (DID,     GUID)  (Edge)  (Socket)  (Mem, Compute, ID)
                0       1     0x66a1,   7068   29.0°C  17.0W     N/A, N/A, 0         860Mhz  350Mhz
                1       2     0x13c0,   53243  29.0°C  0.02W     N/A, N/A, 0         N/A     1800Mhz
                """))
        .extracting(Gpu::model)
        .containsExactly("AMD GPU 1002:66a1", "AMD GPU 1002:13c0");
  }

  /** ROCm/legacy-rocm-build issues 1453 and, with a table, of a Phoenix under ROCm 5. */
  @Test
  void whatAChipDoesNotHaveIsNoFault() {
    assertThat(
            read(
                """
                ERROR: GPU[0] \t\t: fclk clock is unsupported
                ERROR: 2 GPU[0]: % memory use: RSMI_STATUS_NOT_SUPPORTED: This function is not supported\t
                ERROR: 9 GPU[0]: od volt: The called function has not been implemented in this system
                ERROR: GPU[1]   : Cannot read Link Weight: Not supported on this machine
                GPU  Temp (DieEdge)  AvgPwr  SCLK  MCLK     Fan  Perf  PwrCap       VRAM%  GPU%
                0    45.0c           N/A     None  2400Mhz  0%   auto  Unsupported   83%   0%
                """))
        .extracting(Gpu::state)
        .containsExactly(GpuState.OK, GpuState.OK);
  }

  /** sglang's report of its environment has this table of an MI355X machine and nothing else. */
  @Test
  void cardsAreListedThatOnlyTheTableOfLinksNames() {
    List<Gpu> gpus =
        read(
            """
            ============================ ROCm System Management Interface ============================
            =============================== Link Type between two GPUs ===============================
                   GPU0         GPU1         GPU2
            GPU0   0            XGMI         XGMI
            GPU1   XGMI         0            XGMI
            GPU2   XGMI         XGMI         0
            ================================== End of ROCm SMI Log ===================================
            """);
    assertThat(gpus).hasSize(3).allMatch(gpu -> UnknownPlace.isOne(gpu.pciAddress()));
  }

  /** AMD's guide to partitions: CSV of {@code list} names the columns otherwise than JSON. */
  @Test
  void listsCsvIsAmdsAndItsPartsAreOneCard() {
    RecordedAnswer answer =
        RecordedGpus.read(
                """
                amd-smi list --csv
                gpu,gpu_bdf,gpu_uuid
                0,0000:0c:00.0,c0ff74a1-0000-1000-80b1-06985c515c91
                1,0000:0c:00.0,c0ff74a1-0000-1000-80b1-06985c515c91
                2,0000:22:00.0,77ff74a1-0000-1000-8009-1c467da33120
                """)
            .orElseThrow();
    assertThat(answer.form()).isEqualTo("amd-smi --csv");
    assertThat(answer.gpus())
        .extracting(
            gpu ->
                String.join(
                    " ",
                    gpu.pciAddress().toString(),
                    gpu.uuid().orElse("-"),
                    String.valueOf(gpu.partitions().size())))
        .containsExactly(
            "0000:0c:00.0 AMD-c0b106985c515c91 2", "0000:22:00.0 AMD-77091c467da33120 0");
  }

  /**
   * The same document, host driver: a row each virtual function, whose address is not the card's.
   */
  @Test
  void virtualFunctionsInCsvAreNoCards() {
    assertThat(
            read(
                """
                gpu,gpu_bdf,gpu_uuid,vf,vf_bdf,vf_uuid
                0,0000:0c:00.0,67ff74a1-0000-1000-8081-b5b9fd6edd00,0,0000:0c:02.0,67-b
                0,0000:0c:00.0,67ff74a1-0000-1000-8081-b5b9fd6edd00,1,0000:0c:02.1,67-c
                """))
        .extracting(gpu -> gpu.pciAddress().toString())
        .containsExactly("0000:0c:00.0");
  }

  /** amdsmi_commands.py: the partition command has {@code gpu_id}, and several tables in one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        gpu_id,memory,accelerator_type,accelerator_profile_index,partition_id
        0,NPS1,DPX,1,0
        1,NPS1,DPX,1,1

        gpu_id,memory_partition_caps,current_memory_partition
        0,"NPS1,NPS2",NPS1
        """,
        """
        [{"gpu_id": 0, "memory": "NPS1", "accelerator_type": "DPX",
          "accelerator_profile_index": "1", "partition_id": "0"},
         {"gpu_id": 1, "memory": "NPS1", "accelerator_type": "DPX",
          "accelerator_profile_index": "1", "partition_id": "1"}]
        [{"gpu_id": 0, "profile_index": 2, "accelerator_type": "CPX", "partition_id": "0"}]
        """,
        """
        CURRENT_PARTITION:
        GPU_ID       MEMORY  ACCELERATOR_TYPE  ACCELERATOR_PROFILE_INDEX  PARTITION_ID
        0            NPS1    DPX               1                          0
        1            NPS1    DPX               1                          1
        GPU: 0
            MEMORY_PARTITION:
                CAPS: N/A
                CURRENT: NPS1

        GPU: 1
            MEMORY_PARTITION:
                CAPS: N/A
                CURRENT: NPS1
        """
      })
  void partitionTellsModesInEachForm(String printed) {
    assertThat(read(printed))
        .extracting(gpu -> gpu.partitions().get(0).profile().orElse("-"), Gpu::partitions)
        .allSatisfy(tuple -> assertThat(tuple.toList()).first().isEqualTo("dpx"))
        .hasSize(1);
  }

  /** ceems-dev/ceems' sample: the series is N/A, and the model is the device's id since 6.1. */
  @Test
  void theModelIsTheDeviceIdWhereTheSubsystemHasAKeyOfItsOwn() {
    String card = "{\"card0\": {\"PCI Bus\": \"0000:C5:00.0\", \"Card Series\": \"N/A\", %s}}";
    assertThat(read(card.replace("%s", "\"Card Model\": \"0x66a1\", \"Subsystem ID\": \"0x0834\"")))
        .extracting(Gpu::model)
        .containsExactly("AMD GPU 1002:66a1");
    assertThat(read(card.replace("%s", "\"Card model\": \"0x0b0c\"")))
        .extracting(Gpu::model)
        .containsExactly("AMD GPU");
  }

  /** A guide to the R9700S in a guest: the name lost its first letter to the column. */
  @Test
  void aNameThatIsCutInItsFirstWordIsMadeWhole() {
    Gpu gpu =
        read("""
                | AMD-SMI 26.2.1+fc0010cf6a    amdgpu version: 6.16.13  ROCm version: 7.2.0    |
                | 0000:06:00.0 ...adeon AI PRO R9700S | 0 %      28 °C   0             1/300 W |
                |   0       0     N/A             N/A | 0 %        N/A             57/32624 MB |
                """)
            .get(0);
    assertThat(gpu.model()).isEqualTo("Radeon AI PRO R9700S");
    assertThat(gpu.memoryTotal().measured()).contains(MemorySize.ofMebibytes(32624));
  }

  /** {@code watch amd-smi}, and both tools about a card in parts. */
  @Test
  void whatIsToldTwiceIsThereOnce() {
    String table =
        """
        | BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |
        | 0000:0c:00.0    AMD Instinct MI300X | 0 %      41 °C   0           140/750 W |
        |   0       0       7        CPX/NPS1 | 0 %        N/A           280/196592 MB |
        | 0000:0c:00.0    AMD Instinct MI300X | 0 %      41 °C   0           140/750 W |
        |   1       0       7        CPX/NPS1 | 0 %        N/A           280/196592 MB |
        """;
    String other =
        """
        {"card0": {"PCI Bus": "0000:0C:00.0"}, "card1": {"PCI Bus": "0000:0C:00.0"}}
        """;
    List<Gpu> gpus = RecordedGpus.together(List.of(table + table, other)).orElseThrow().gpus();
    assertThat(gpus).hasSize(1);
    assertThat(gpus.get(0).partitions()).hasSize(2);
  }

  private static List<Gpu> read(String text) {
    return RecordedGpus.read(text).orElseThrow().gpus();
  }

  @ParameterizedTest
  @CsvSource({
    "strix-halo-gfx1151_rocm7.1.1_amd-smi-table.txt, 1013/65536 MB",
    "strix-halo-gfx1151_rocm7.1.1_rocm-smi-table.txt, 1%     1%",
    "mi300x-x4_rocm6_a.txt, GPU[3]"
  })
  void aTextThatWasCutOffIsSaidToBe(String name, String until) {
    String whole = AmdRecordings.read(name);
    String cut = whole.substring(0, whole.indexOf(until) + until.length());
    String said = "the output ends in the middle: its last line is missing";
    assertThat(AmdRecorded.answer(whole).orElseThrow().messages()).doesNotContain(said);
    assertThat(AmdRecorded.answer(cut).orElseThrow().messages()).contains(said);
    assertThat(AmdRecorded.answer(cut).orElseThrow().gpus()).isNotEmpty();
  }
}
