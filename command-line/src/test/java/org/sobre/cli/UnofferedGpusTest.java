package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.nvidia.NvidiaRecorded;
import org.sobre.hardware.units.MemorySize;

/** A board in MIG mode is no GPU that is kept from Slurm: its partitions are what is given. */
class UnofferedGpusTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);

  private static final String BOARD =
      """
      <?xml version="1.0" ?>
      <nvidia_smi_log><driver_version>590.48.01</driver_version>
      <gpu id="00000000:83:00.0"><product_name>NVIDIA H200</product_name>
      <mig_mode><current_mig>Enabled</current_mig></mig_mode><mig_devices>%s</mig_devices>
      <uuid>GPU-00000000-0000-0000-0000-000000000000</uuid><minor_number>0</minor_number>
      <fb_memory_usage><total>143771 MiB</total><free>143103 MiB</free></fb_memory_usage></gpu>
      </nvidia_smi_log>
      """;

  private static final String DEVICE =
      """
      <mig_device><index>%s</index><gpu_instance_id>%s</gpu_instance_id>
      <compute_instance_id>0</compute_instance_id>
      <fb_memory_usage><total>16384 MiB</total><free>16376 MiB</free></fb_memory_usage></mig_device>
      """;

  private static final String TWO_DEVICES =
      DEVICE.formatted("0", "9") + DEVICE.formatted("1", "10");

  private static final String LIST =
      """
      GPU 0: NVIDIA H200 (UUID: GPU-00000000-0000-0000-0000-000000000000)
        MIG 1g.18gb     Device  0: (UUID: MIG-00000003-0000-0000-0000-000000000003)
        MIG 1g.18gb     Device  1: (UUID: MIG-00000004-0000-0000-0000-000000000004)
      """;

  private static final String MINORS = "gpu0/gi9/access 84\ngpu0/gi9/ci0/access 85\n";

  @Test
  void ofABoardWhosePartitionsAreGivenNothingIsSaid() {
    String all = MINORS + "gpu0/gi10/access 93\ngpu0/gi10/ci0/access 94\n";
    assertThat(said(BOARD.formatted(TWO_DEVICES), LIST, all)).isEmpty();
  }

  @Test
  void aPartitionWithoutDeviceFileIsNamedByItsPlace() {
    assertThat(said(BOARD.formatted(TWO_DEVICES), LIST, MINORS))
        .singleElement()
        .asString()
        .startsWith(
            "sobre: partition 1 of GPU 0000:83:00.0 is not given to Slurm: no-device-file, since ");
  }

  @Test
  void aBoardInMigModeThatIsNotSplitRunsNothing() {
    assertThat(said(BOARD.formatted("None"), LIST.lines().findFirst().orElseThrow()))
        .singleElement()
        .asString()
        .startsWith("sobre: GPU 0000:83:00.0 is not given to Slurm: partitioned");
  }

  private static List<String> said(String... outputs) {
    List<Gpu> gpus =
        Optional.of(List.of(outputs))
            .flatMap(NvidiaRecorded::together)
            .map(RecordedAnswer::gpus)
            .orElseThrow();
    assertThat(gpus).hasSize(1);
    return UnofferedGpus.sentences(gpus.get(0), OFFER_FROM);
  }
}
