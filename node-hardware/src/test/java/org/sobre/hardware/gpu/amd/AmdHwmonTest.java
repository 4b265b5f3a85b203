package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

class AmdHwmonTest {

  private static final PciAddress CARD = new PciAddress(0, 0xc3, 0, 0);

  @TempDir Path root;

  @Test
  void theAverageIsPreferredToTheInput() throws IOException {
    assertThat(AmdHwmon.powerFile(new SysRoot(root), CARD)).isEmpty();
    Path input = file("power1_input");
    assertThat(AmdHwmon.powerFile(new SysRoot(root), CARD)).contains(input);
    Path average = file("power1_average");
    assertThat(AmdHwmon.powerFile(new SysRoot(root), CARD)).contains(average);
  }

  /** As the recording of a Phoenix has it: vddnb beside both powers, which are the socket's. */
  @Test
  void anApuHasNoPowerOfItsOwn() throws IOException {
    file("power1_average");
    file("power1_input");
    file("in1_label");
    assertThat(AmdHwmon.powerFile(new SysRoot(root), CARD)).isEqualTo(Optional.empty());
  }

  private Path file(String name) throws IOException {
    Path hwmon = root.resolve("sys/bus/pci/devices/0000:c3:00.0/hwmon/hwmon6");
    Files.createDirectories(hwmon);
    return Files.writeString(hwmon.resolve(name), "3103000\n");
  }
}
