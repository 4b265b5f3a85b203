package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.GpuVendor;

/** Whatever a job's environment says: nothing escapes, and no device is invented. */
class DeviceListFuzzTest {

  private static final List<String> VALUES =
      List.of(
          "0,1,2",
          "GPU-5c1f0000-0000-0000-0000-000000000001,MIG-8c6a0000-1111-2222-3333-000000000002",
          "GPU-0123456789abcdef",
          "NoDevFiles");

  @Test
  void visibleDevices() {
    Mutations.survives(
        VALUES,
        text -> {
          for (GpuVendor vendor : GpuVendor.values()) {
            DeviceList list = DeviceList.parse(vendor, text);
            list.numbers().forEach(number -> assertThat(text).contains(String.valueOf(number)));
            // Sobre's id of a card begins with AMD- where ROCm's word begins with GPU-
            String lower = text.toLowerCase(Locale.ROOT);
            list.ids()
                .forEach(
                    id ->
                        assertThat(lower)
                            .contains(id.replaceFirst("^AMD-", "gpu-").toLowerCase(Locale.ROOT)));
          }
        });
  }
}
