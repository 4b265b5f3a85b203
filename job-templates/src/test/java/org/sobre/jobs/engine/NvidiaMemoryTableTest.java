package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

class NvidiaMemoryTableTest {

  @Test
  void readsOneDeviceALine() {
    NvidiaMemoryTable table =
        NvidiaMemoryTable.parse(
            NvidiaMemoryTable.FIELDS,
            """
            GPU-aa, 24210, 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090
            GPU-bb, 81000, 81559, [N/A], 590.48.01, A card, with a comma
            """);
    assertThat(table.complaints()).isEmpty();
    assertThat(table.devices()).extracting(Device::id).containsExactly("GPU-aa", "GPU-bb");
    assertThat(table.devices().get(0).free()).isEqualTo(MemorySize.ofMebibytes(24210));
    assertThat(table.devices().get(0).computeCapability()).hasToString("Optional[8.9]");
    assertThat(table.devices().get(1).computeCapability()).isEmpty();
    assertThat(table.devices().get(1).model()).isEqualTo("A card, with a comma");
  }

  @Test
  void aValueThatIsNoNumberIsAComplaintAndNotAZero() {
    NvidiaMemoryTable table =
        NvidiaMemoryTable.parse(
            NvidiaMemoryTable.FIELDS,
            "GPU-aa, [Unknown Error], 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090\n");
    assertThat(table.devices()).isEmpty();
    assertThat(table.complaints()).singleElement().asString().contains("[Unknown Error]");
  }

  @Test
  void withoutTheComputeCapabilityTheRestStillCounts() {
    NvidiaMemoryTable table =
        NvidiaMemoryTable.parse(
            NvidiaMemoryTable.OLD_FIELDS, "GPU-aa, 8000, 8119, 470.74, NVIDIA GeForce GTX 1080\n");
    assertThat(table.devices().get(0).driver()).hasToString("Optional[470.74]");
    assertThat(table.devices().get(0).computeCapability()).isEmpty();
  }
}
