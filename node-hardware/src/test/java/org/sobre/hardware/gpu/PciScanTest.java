package org.sobre.hardware.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.node.MachineTree;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;

class PciScanTest {

  @TempDir Path root;

  @Test
  void listsDisplayFunctionsOfTheTwoVendors() throws IOException {
    new MachineTree(root)
        .pci("0000:41:00.0", "0x1002", "0x73bf", "0x030000")
        .pci("0000:01:00.0", "0x10de", "0x2684", "0x030000")
        .driver("0000:01:00.0", "nvidia")
        .pci("0000:01:00.1", "0x10de", "0x22ba", "0x040300") // its sound
        .pci("0000:81:00.0", "0x10de", "0x20b2", "0x030200") // a 3D controller
        .pci("0000:83:00.0", "0x1002", "0x74a1", "0x120000") // an accelerator, MI300X
        .pci("0000:84:00.0", "0x10de", "0x22a3", "0x068000") // an NVSwitch
        .pci("0000:81:00.4", "0x10de", "0x20b2", "0x030200") // a virtual function of 81:00.0
        .file("sys/bus/pci/devices/0000:81:00.4/physfn/vendor", "0x10de\n")
        .pci("0000:c3:00.0", "0x1a03", "0x2000", "0x030000"); // a server's own display
    PciScan scan = PciScan.of(new SysRoot(root));
    assertThat(scan.report().outcome()).isEqualTo(Outcome.OK);
    assertThat(scan.displays())
        .extracting(display -> display.address() + " " + display.deviceId())
        .containsExactly(
            "0000:01:00.0 10de:2684",
            "0000:41:00.0 1002:73bf",
            "0000:81:00.0 10de:20b2",
            "0000:83:00.0 1002:74a1");
    assertThat(scan.of(GpuVendor.NVIDIA))
        .extracting(PciDisplay::driver)
        .containsExactly(Optional.of("nvidia"), Optional.empty());
  }

  @Test
  void aDeviceThatCannotBeReadTakesNoOtherAway() throws IOException {
    new MachineTree(root)
        .pci("0000:41:00.0", "0x1002", "0x740f", "0x120000")
        .pci("0000:42:00.0", "0x1002", "0x740f", "0x120000")
        .pci("0000:43:00.0", "0x1002", "0x740f", "0x120000");
    for (String sick : new String[] {"0000:00:01.0", "0000:42:00.1"}) {
      Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(sick).resolve("vendor"));
    }
    PciScan scan = PciScan.of(new SysRoot(root));
    assertThat(scan.report().outcome()).isEqualTo(Outcome.OK);
    assertThat(scan.displays()).hasSize(3);
  }

  @Test
  void aMachineWithoutTheTreeHasNoCount() {
    PciScan scan = PciScan.of(new SysRoot(root));
    assertThat(scan.displays()).isEmpty();
    assertThat(scan.report().outcome()).isEqualTo(Outcome.ABSENT);
  }
}
