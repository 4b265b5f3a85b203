package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/** Ids, architectures, names and values, each by itself. */
class AmdFactsTest {

  private static final String AMDGPU_IDS =
      """
      # device_id,	revision_id,	product_name
      1.0.0
      73BF,	C0,	AMD Radeon RX 6900 XT
      73BF,	C1,	AMD Radeon RX 6800 XT
      740F,	02,	AMD Instinct MI210
      """;

  private static final String PCI_IDS =
      """
      #	List of PCI ID's
      1001  Kolter Electronic
      	740f  Not this one
      1002  Advanced Micro Devices, Inc. [AMD/ATI]
      	740c  Aldebaran/MI200 [Instinct MI250X/MI250]
      		1002 0b0c  Instinct MI250
      	740f  Aldebaran/MI200 [Instinct MI210]
      10de  NVIDIA Corporation
      	2684  AD102 [GeForce RTX 4090]
      """;

  @ParameterizedTest
  @CsvSource({
    "946d7e1ef9b172dd, 946d7e1ef9b172dd",
    "0x2150e7d042a1124, 02150e7d042a1124",
    "0x7E8F7E20764E2714, 7e8f7e20764e2714",
    "'946d7e1ef9b172dd\n', 946d7e1ef9b172dd"
  })
  void aUniqueIdHasSixteenDigits(String printed, String digits) {
    assertThat(AmdDeviceId.uniqueId(printed)).contains(digits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "N/A", "0", "0x0", "0xffffffffffffffff", "0x12345678901234567", "GPU-1"})
  void whatNamesNoCardIsNoUniqueId(String printed) {
    assertThat(AmdDeviceId.uniqueId(printed)).isEmpty();
  }

  @Test
  void aCardWithoutUniqueIdIsNamedByItsPlace() {
    PciAddress address = PciAddress.parse("0000:C3:00.0").orElseThrow();
    assertThat(AmdDeviceId.of(Optional.of("946d7e1ef9b172dd"), address))
        .isEqualTo("AMD-946d7e1ef9b172dd");
    assertThat(AmdDeviceId.of(Optional.empty(), address)).isEqualTo("AMD-0000:c3:00.0");
  }

  @ParameterizedTest
  @CsvSource({
    "gfx803, gcn",
    "gfx900, gcn5",
    "gfx90c, gcn5",
    "gfx908, cdna",
    "gfx90a, cdna2",
    "gfx942, cdna3",
    "gfx950, cdna4",
    "gfx1010, rdna",
    "gfx1030, rdna2",
    "gfx1103, rdna3",
    "gfx1151, rdna3.5",
    "gfx1201, rdna4"
  })
  void namesTheArchitecture(String gfx, String architecture) {
    assertThat(AmdArchitecture.of(gfx)).contains(architecture);
  }

  @Test
  void aChipNewerThanTheTableHasNoArchitecture() {
    assertThat(AmdArchitecture.of("gfx1300")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "90010, gfx90a",
    "90402, gfx942",
    "110003, gfx1103",
    "110501, gfx1151",
    "80003, gfx803"
  })
  void decodesTheKernelsVersion(long version, String gfx) {
    assertThat(AmdArchitecture.gfx(version)).contains(gfx);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 110099, 4294967296L, -1})
  void aVersionThatIsNoneGivesNone(long version) {
    assertThat(AmdArchitecture.gfx(version)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "gfx9010, gfx90a",
    "gfx9012, gfx90c",
    "GFX90A:sramecc+:xnack-, gfx90a",
    "gfx1030, gfx1030"
  })
  void spellsTheToolsVersionInOneWay(String printed, String gfx) {
    assertThat(AmdArchitecture.gfx(printed)).contains(gfx);
  }

  @Test
  void aProductIsKnownByItsRevisionToo() {
    assertThat(AmdNames.inAmdgpuIds(AMDGPU_IDS, "73bf", "c1")).contains("AMD Radeon RX 6800 XT");
    assertThat(AmdNames.inAmdgpuIds(AMDGPU_IDS, "73bf", "c9")).isEmpty();
  }

  @Test
  void aDeviceIsLookedUpUnderItsVendor() {
    assertThat(AmdNames.inPciIds(PCI_IDS, "740f")).contains("Aldebaran/MI200 [Instinct MI210]");
    assertThat(AmdNames.inPciIds(PCI_IDS, "2684")).isEmpty();
  }

  @Test
  void memoryComesWithManyUnits() {
    MemorySize mi210 = new MemorySize(68_702_699_520L);
    assertThat(AmdText.memory(Map.of("value", 65520, "unit", "MB"), "B")).contains(mi210);
    assertThat(AmdText.memory("65520 MB", "B")).contains(mi210);
    assertThat(AmdText.memory(65520, "MB")).contains(mi210);
    assertThat(AmdText.memory("68702699520", "B")).contains(mi210);
    assertThat(AmdText.memory(Map.of("value", "N/A", "unit", "MB"), "B")).isEmpty();
    assertThat(AmdText.memory("-3", "MB")).isEmpty();
    assertThat(AmdText.memory("999999999999999 TB", "B")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"N/A", "N/A (Secondary die)", "None", "Unsupported", "", " ", "0x1586", "0x1002"})
  void whatStandsForAMissingNameIsNoName(String printed) {
    assertThat(AmdText.model(printed)).isEmpty();
  }

  @Test
  void readsAGpuNodeOfTheComputeDriver() {
    String properties =
        "gfx_target_version 90010\nlocation_id 49920\ndomain 0\nunique_id 10695343361578070749\n";
    KfdTopology.Node node = KfdTopology.parse(4, "35218\n", properties, List.of()).orElseThrow();
    assertThat(node.gpuId()).isEqualTo(35218);
    assertThat(node.address()).hasToString("0000:c3:00.0");
    assertThat(node.gfx()).contains("gfx90a");
    assertThat(node.uniqueId()).contains("946d7e1ef9b172dd");
    assertThat(KfdTopology.parse(0, "0\n", properties, List.of())).isEmpty();
    assertThat(KfdTopology.parse(1, "x", "", List.of())).isEmpty();
  }
}
