package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;

class NvidiaQueryTextTest {

  /** Found by a hundred thousand damaged texts: what stands below was for a device not begun. */
  @ParameterizedTest
  @ValueSource(strings = {"MIG Device : 0", "xMIG Device", "9 MIG Device"})
  void aDamagedHeadingOfAMigDeviceBeginsNone(String heading) {
    List<Gpu> gpus =
        NvidiaRecorded.read(
                """
                ==============NVSMI LOG==============

                Attached GPUs                             : 1
                GPU 00000000:01:00.0
                    Product Name                          : NVIDIA A100-SXM4-40GB
                    MIG Devices
                        %s
                            Index                         : 0
                            GPU Instance ID               : 1
                """
                    .formatted(heading))
            .orElseThrow();
    assertThat(gpus).hasSize(1);
    assertThat(gpus.get(0).partitions()).isEmpty();
  }
}
