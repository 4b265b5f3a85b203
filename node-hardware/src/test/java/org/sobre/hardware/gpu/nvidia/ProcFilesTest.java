package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.units.PciAddress;

/** The small texts of NVIDIA's kernel driver, as the driver's README and MIG guide show them. */
class ProcFilesTest {

  private static final PciAddress AT_0A = new PciAddress(0, 0x0a, 0, 0);
  private static final String INFORMATION =
      """
      Model: \t\t NVIDIA GeForce RTX 3090
      IRQ:   \t\t 143
      GPU UUID: \t GPU-7fdaf0a5-179b-f636-d15d-daf243e3ff16
      Video BIOS: \t 94.02.42.00.b0
      Bus Type: \t PCIe
      Bus Location: \t 0000:0a:00.0
      Device Minor: \t 3
      GPU Firmware: \t 535.54.03
      GPU Excluded:\t No
      """;
  private static final String MIG_MINORS =
      """
      config 1
      monitor 2
      gpu0/gi0/access 3
      gpu0/gi0/ci0/access 4
      gpu1/gi14/access 239
      gpu1/gi14/ci7/access 247
      """;
  private static final String DEVICES =
      """
      Character devices:
        1 mem
      195 nvidia
      195 nvidiactl
      234 nvidia-caps
      509 nvidia-uvm

      Block devices:
      259 blkext
      8 nvidia-frontend
      """;
  private static final String PARAMS =
      """
      ResmanDebugLevel: 4294967295
      ModifyDeviceFiles: 1
      DeviceFileUID: 0
      DeviceFileGID: 44
      DeviceFileMode: 432
      RegistryDwords: ""
      """;

  @Test
  void readsACardsInformation() {
    ProcGpu gpu = ProcGpu.parse(AT_0A, INFORMATION);
    assertThat(gpu.model()).contains("NVIDIA GeForce RTX 3090");
    assertThat(gpu.uuid()).contains("GPU-7fdaf0a5-179b-f636-d15d-daf243e3ff16");
    assertThat(gpu.minor()).isEqualTo(OptionalInt.of(3));
    assertThat(gpu.excluded()).isFalse();
  }

  @Test
  void aCardThatNobodyHasOpenedHasNoUuid() {
    String fresh =
        INFORMATION.replaceAll("GPU-[0-9a-f-]+", "GPU-????????-????-????-????-????????????");
    assertThat(ProcGpu.parse(AT_0A, fresh).uuid()).isEmpty();
    assertThat(ProcGpu.parse(AT_0A, fresh).minor()).isEqualTo(OptionalInt.of(3));
    assertThat(ProcGpu.parse(AT_0A, fresh.replace("\t No", "\t Yes")).excluded()).isTrue();
  }

  @Test
  void readsMigMinors() {
    MigMinors minors = MigMinors.parse(MIG_MINORS);
    assertThat(minors.ofGpuInstance(0, 0)).isEqualTo(OptionalInt.of(3));
    assertThat(minors.ofComputeInstance(0, 0, 0)).isEqualTo(OptionalInt.of(4));
    assertThat(minors.ofComputeInstance(1, 14, 7)).isEqualTo(OptionalInt.of(247));
    assertThat(minors.ofGpuInstance(2, 0)).isEmpty();
  }

  @Test
  void readsTheCharacterDevicesAlone() {
    CharacterDevices devices = CharacterDevices.parse(DEVICES);
    assertThat(devices.majorOf("nvidia-frontend", "nvidia")).isEqualTo(OptionalInt.of(195));
    assertThat(devices.majorOf("nvidia-caps")).isEqualTo(OptionalInt.of(234));
    assertThat(devices.majorOf("blkext")).isEmpty();
  }

  @Test
  void readsHowTheDriverWantsItsFiles() {
    assertThat(DeviceFileRules.parse(PARAMS))
        .isEqualTo(new DeviceFileRules(true, 0660, 0, 44, OptionalInt.empty()));
    assertThat(DeviceFileRules.parse(""))
        .isEqualTo(new DeviceFileRules(true, 0666, 0, 0, OptionalInt.empty()));
    assertThat(
            DeviceFileRules.parse(
                "DeviceFileMinor: 21\nDeviceFileMode: 292\nDeviceFileModify: 0\n"))
        .isEqualTo(new DeviceFileRules(false, 0444, 0, 0, OptionalInt.of(21)));
  }

  @Test
  void damagedTextsTellLessAndNothingElse() {
    Mutations.survives(
        List.of(INFORMATION, MIG_MINORS, DEVICES, PARAMS),
        text -> {
          ProcGpu.parse(AT_0A, text).uuid().ifPresent(uuid -> assertThat(text).contains(uuid));
          Map<String, Integer> minors = MigMinors.parse(text).minors();
          minors.values().forEach(minor -> assertThat(text).contains(String.valueOf(minor)));
          assertThat(CharacterDevices.parse(text).majors().values()).allMatch(major -> major >= 0);
          assertThat(DeviceFileRules.parse(text).mode()).isBetween(0, 0777);
        });
  }
}
