package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.MemorySize;

/**
 * Forms of which no recording is at hand. They are written after public reports, named at each;
 * their values are made up.
 */
class AmdFormsTest {

  /** ROCm 1.6 had its numbers under the end of the heading (ROC-smi issue 10). */
  @Test
  void anIndentedRowIsACardToo() {
    String table =
        """
        ====================    ROCm System Management Interface    ====================
         GPU  DID    Temp     AvgPwr   SCLK     MCLK     Fan      Perf    OverDrive  ECC
        GPU[0]         : PowerPlay not enabled - Cannot get supported clocks
          0   0402   N/A      N/A      N/A      N/A      None%              N/A      N/A
          1   67df   48.0c    N/A      N/A      N/A      42.75%   auto      0%       N/A
         12   67df   74.0c    N/A      600Mhz   1750Mhz  85.88%   auto      0%       N/A
        ================================================================================
        """;
    assertThat(AmdRecorded.read(table).orElseThrow())
        .extracting(Gpu::model)
        .containsExactly("AMD GPU 1002:0402", "AMD GPU 1002:67df", "AMD GPU 1002:67df");
  }

  /** ROCm/amdsmi issue 132: only the first part tells the mode; its memory is the whole card's. */
  @Test
  void twoPartsInTheTableOfRocm7AreOneCard() {
    List<Gpu> gpus =
        read(
            """
            | AMD-SMI 26.0.2+00000000      amdgpu version: Linuxver ROCm version: 7.0.2    |
            | BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |
            | GPU  HIP-ID  OAM-ID  Partition-Mode | GFX-Uti    Fan               Mem-Usage |
            |=====================================+========================================|
            | 0000:07:00.0    AMD Instinct MI300X | 0 %      41 °C   0           140/750 W |
            |   0       0       7        DPX/NPS1 | 0 %        N/A           280/196592 MB |
            |-------------------------------------+----------------------------------------|
            | 0000:07:00.1    AMD Instinct MI300X | N/A        N/A   0                 N/A |
            |   1       1     N/A             N/A | N/A        N/A            490/98296 MB |
            |-------------------------------------+----------------------------------------|
            | 0000:28:00.0 ...Radeon AI PRO R9700 | 2 %      30 °C   0            12/300 W |
            |   2       2     N/A             N/A | 0 %     38.82              50/32624 MB |
            """);
    assertThat(gpus).hasSize(2);
    assertThat(gpus.get(0).memoryTotal().measured()).contains(MemorySize.ofMebibytes(196592));
    assertThat(gpus.get(0).partitions())
        .extracting(part -> part.profile().orElse("?") + " " + part.id().orElse("?"))
        .containsExactly("dpx AMD-0000:07:00.0/0", "dpx AMD-0000:07:00.0/1");
    assertThat(gpus.get(1).model()).isEqualTo("Radeon AI PRO R9700");
    assertThat(gpus.get(1).partitioned()).isFalse();
  }

  /** ROCm/rocm_smi_lib issue 85: the driver answers with empty files. */
  @Test
  void aCardThatDoesNotAnswerIsNotReliedOn() {
    List<Gpu> gpus =
        read(
            """
            ======================= ROCm System Management Interface =======================
            Expected integer value from monitor, but got ""
            ERROR: 15 GPU[0]: power: Data (usually from reading a file) was not of the type
            GPU  Temp  AvgPwr  SCLK  MCLK  Fan   Perf     PwrCap       VRAM%  GPU%
            0    N/A   N/A     None  None  0.0%  unknown  Unsupported    0%   0%
            1    40.0c 12.0W   30Mhz 96Mhz 0.0%  auto     203.0W         0%   0%
            WARNING:  		 One or more commands failed
            ============================= End of ROCm SMI Log ==============================
            """);
    assertThat(gpus).extracting(Gpu::state).containsExactly(GpuState.UNREADABLE, GpuState.OK);
    assertThat(gpus.get(0).stateDetail().orElse("")).startsWith("power: Data");
  }

  /** ROCm/ROC-smi issue 73: what a chip cannot tell is printed as an error too. */
  @Test
  void anErrorOfOneValueIsNotTheCards() {
    assertThat(
            read(
                """
                GPU[0] 		: GPU ID: 0x687f
                ERROR: GPU[0] 		: Unable to get GPU memory use.
                GPU[0] 		: PCI Bus: 0000:03:00.0
                """))
        .extracting(Gpu::state)
        .containsExactly(GpuState.OK);
  }

  /** ROCm/ROC-smi issue 100, {@code --showhw}. */
  @Test
  void theHardwareTableTellsPlaces() {
    assertThat(
            read(
                """
                ========================ROCm System Management Interface========================
                GPU  DID   GFX RAS  SDMA RAS  UMC RAS  VBIOS            BUS
                0    164e  N/A      N/A       N/A      102-RAPHAEL-008  0000:12:00.0
                1    744c  N/A      N/A       N/A      115-D702BS0-101  0000:03:00.0
                ==============================End of ROCm SMI Log ==============================
                """))
        .extracting(gpu -> gpu.pciAddress() + " " + gpu.model())
        .containsExactly("0000:03:00.0 AMD GPU 1002:744c", "0000:12:00.0 AMD GPU 1002:164e");
  }

  /** legacy-rocm-build issue 4750: a socket's parts follow each other, from 0. */
  @Test
  void partsInTheConciseTableAreOneCardEachSocket() {
    StringBuilder table =
        new StringBuilder("===== ROCm System Management Interface =====\nDevice  Node  IDs\n");
    for (int i = 0; i < 6; i++) {
      table.append(i + "       " + (2 + i) + "     0x74a0,   288" + i);
      table.append("  48.0°C  135.0W    NPS1, TPX, " + i % 3 + "   124Mhz  900Mhz  0%   auto\n");
    }
    List<Gpu> gpus = read(table.toString());
    assertThat(gpus).hasSize(2).allMatch(gpu -> UnknownPlace.isOne(gpu.pciAddress()));
    assertThat(gpus)
        .allSatisfy(
            gpu ->
                assertThat(gpu.partitions())
                    .hasSize(3)
                    .allMatch(part -> part.profile().equals(Optional.of("tpx"))));
  }

  /** legacy-rocm-build issue 4477, ROCm 6.4. */
  @Test
  void thePartitionTableTellsModes() {
    List<Gpu> gpus =
        read(
            """
            CURRENT_PARTITION:
            GPU_ID  MEMORY  ACCELERATOR_TYPE  ACCELERATOR_PROFILE_INDEX  PARTITION_ID
            0       NPS1    DPX               1                          0
            1       NPS1    DPX               1                          1
            2       NPS1    N/A               N/A                        0

            MEMORY_PARTITION:
            GPU_ID  MEMORY_PARTITION_CAPS  CURRENT_MEMORY_PARTITION
            0                              NPS1
            """);
    assertThat(gpus).extracting(gpu -> gpu.partitions().size()).containsExactly(2, 0);
  }

  /** henrygd/beszel issue 414 and rocm_smi.py: no quotes, commas taken out of values. */
  @Test
  void rocmsCsvIsRead() {
    Gpu gpu =
        read("""
                device,Temperature (Sensor edge) (C),VRAM Total Memory (B),VRAM Total Used Memory (B),PCI Bus,Card Series
                card0,49.0,25753026560,794341376,0000:03:00.0,Radeon RX 7900 XTX
                """)
            .get(0);
    assertThat(gpu.model()).isEqualTo("Radeon RX 7900 XTX");
    assertThat(gpu.memoryTotal().measured()).contains(MemorySize.ofMebibytes(24560));
    assertThat(gpu.pciAddress()).hasToString("0000:03:00.0");
  }

  /** amdsmi_logger.py leaves the names of sections out; the last of two keys of a name wins. */
  @Test
  void amdSmisCsvIsRead() {
    Gpu gpu =
        read("""
                gpu,market_name,vendor_id,device_id,asic_serial,bdf,max_power,name,version,size,node
                0,AMD Instinct MI210,0x1002,0x740f,0x67C63AC3C3C637F9,0000:03:00.0,300,amdgpu,6.10.5,65520,1
                """)
            .get(0);
    assertThat(gpu.model()).isEqualTo("AMD Instinct MI210");
    assertThat(gpu.uuid()).contains("AMD-67c63ac3c3c637f9");
    assertThat(gpu.memoryTotal().measured()).contains(MemorySize.ofMebibytes(65520));
  }

  /** ROCm/rocm-systems pull request 3654: a network card has a BDF too. */
  @Test
  void aNetworkCardIsNoGpu() {
    assertThat(
            read(
                """
                GPU: 0
                    UUID: 67ff740f-0000-1000-80c6-3ac3c3c637f9

                AI_NIC: 0
                    BDF: 0000:e2:00.0
                """))
        .extracting(gpu -> gpu.uuid().orElse("-") + " " + UnknownPlace.isOne(gpu.pciAddress()))
        .containsExactly("AMD-67c63ac3c3c637f9 true");
  }

  /** ROCm 7's static of the MI210 leaves the address out; list has it under the same number. */
  @Test
  void answersOfOneMachineAreJoined() {
    String list =
        """
        [{"gpu": 0, "bdf": "0000:23:00.0", "uuid": "67ff740f-0000-1000-80c6-3ac3c3c637f9"}]
        """;
    RecordedAnswer answer =
        AmdRecorded.together(List.of(AmdRecordings.read("mi210_rocm7_amd-smi-static.json"), list))
            .orElseThrow();
    assertThat(answer.messages()).isEmpty();
    Gpu gpu = answer.gpus().get(0);
    assertThat(gpu.pciAddress()).hasToString("0000:23:00.0");
    assertThat(gpu.model()).isEqualTo("AMD Instinct MI210");
    assertThat(gpu.uuid()).contains("AMD-67c63ac3c3c637f9");
    assertThat(gpu.memoryTotal().measured()).contains(MemorySize.ofMebibytes(65520));
  }

  @Test
  void theKernelsFilesAreCompletedByATool() {
    String tool = "{\"card0\": {\"PCI Bus\": \"0000:12:00.0\", \"Card Series\": \"RX 6600\"}}";
    Gpu gpu =
        AmdRecorded.together(List.of(AmdRecordings.read("rx6600_sysfs_dump.txt"), tool))
            .orElseThrow()
            .gpus()
            .get(0);
    assertThat(gpu.model()).isEqualTo("RX 6600");
    assertThat(gpu.state()).isEqualTo(GpuState.OK);
  }

  /** ROCm/amdsmi issue 134: two devices of one answer with values of other types. */
  @Test
  void valuesOfUnevenTypesTakeNothingFromOthers() {
    assertThat(
            read(
                """
                {"gpu_data": [
                 {"gpu": 0, "usage": {"gfx_activity": {"value": 0, "unit": "%"}}, "asic": "N/A",
                  "mem_usage": {"total_vram": {"value": 196592, "unit": "MB"}}, "bdf": "0000:05:00.0"},
                 {"gpu": "1", "usage": "N/A", "mem_usage": {"total_vram": "98296 MB"},
                  "asic": {"market_name": {"value": "N/A"}}, "bdf": "0000:26:00.0"}]}
                """))
        .extracting(gpu -> gpu.memoryTotal().measured().orElseThrow().mebibytes())
        .containsExactly(196592L, 98296L);
  }

  @Test
  void aFunctionOfAVirtualCardStaysItself() {
    assertThat(read("[{\"gpu\": 0, \"bdf\": \"0000:05:02.1\"}]").get(0).pciAddress())
        .hasToString("0000:05:02.1");
  }

  @Test
  void otherVendorsAndTextsAreNotAmds() {
    for (String other :
        List.of(
            "",
            "GPU 0: NVIDIA A100 (UUID: GPU-0)",
            "GPU 00000000:01:00.0\n    Product Name : Tesla T4\n",
            "index, name\n0, Tesla T4\n",
            "[{\"gpu\": 0, \"name\": \"Tesla T4\"}]",
            """
            card0/device/uevent:DRIVER=i915
            card0/device/uevent:PCI_ID=8086:46A6
            card0/device/uevent:PCI_SLOT_NAME=0000:00:02.0
            """)) {
      assertThat(AmdRecorded.read(other)).as(other).isEmpty();
    }
  }

  private static List<Gpu> read(String text) {
    return AmdRecorded.read(text).orElseThrow();
  }
}
