package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;

class PowercapScanTest {

  @TempDir Path root;

  @Test
  void listsPackagesMemoryAndPlatform() throws IOException {
    new MachineTree(root)
        .zone("intel-rapl:1", "package-1", 262143328850L)
        .zone("intel-rapl:0", "package-0", 65532610987L)
        .zone("intel-rapl:0:0", "core", 262143328850L)
        .zone("intel-rapl:0:1", "dram", 65712999613L)
        .zone("intel-rapl:2", "psys", 262143328850L)
        .zone("intel-rapl:3", "psys-1", 262143328850L)
        .zone("intel-rapl-mmio:0", "package-0", 262143328850L);
    PowercapScan scan = PowercapScan.of(new SysRoot(root));
    assertThat(scan.report().outcome()).isEqualTo(Outcome.OK);
    assertThat(scan.meters())
        .containsExactly(
            new MeterDescription("cpu-package", "0", "powercap", OptionalLong.of(65532610987L)),
            new MeterDescription("cpu-package", "1", "powercap", OptionalLong.of(262143328850L)),
            new MeterDescription("dram", "0", "powercap", OptionalLong.of(65712999613L)),
            new MeterDescription("node", "psys", "powercap", OptionalLong.of(262143328850L)));
  }

  @Test
  void aMachineWithoutTheTreeHasNoMeter() {
    PowercapScan scan = PowercapScan.of(new SysRoot(root));
    assertThat(scan.meters()).isEmpty();
    assertThat(scan.report().outcome()).isEqualTo(Outcome.ABSENT);
    assertThat(PowercapAccess.findings(new SysRoot(root)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.text()).contains("no CPU package meter"));
  }

  @Test
  void saysWhoMayReadTheCounter() throws IOException {
    new MachineTree(root).zone("intel-rapl:0", "package-0", 65532610987L);
    Path counter = root.resolve("sys/class/powercap/intel-rapl:0/energy_uj");
    Files.setPosixFilePermissions(counter, PosixFilePermissions.fromString("r--------"));
    assertThat(PowercapAccess.findings(new SysRoot(root)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.text()).contains("CAP_DAC_READ_SEARCH"));
    Files.setPosixFilePermissions(counter, PosixFilePermissions.fromString("r--r--r--"));
    assertThat(PowercapAccess.findings(new SysRoot(root)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.text()).contains("readable by everyone"));
  }
}
