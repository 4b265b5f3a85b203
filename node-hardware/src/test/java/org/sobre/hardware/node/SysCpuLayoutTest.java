package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.CpuList;

/** Trees as the kernel shows them, of machines whose layouts are published or plain. */
class SysCpuLayoutTest {

  @TempDir private Path root;

  /** Two sockets of two cores, threads in the upper half: 0 and 4 are one core. */
  @Test
  void coresAreNumberedSocketBySocket() throws IOException {
    for (int cpu = 0; cpu < 8; cpu++) {
      cpu(cpu, cpu % 4 / 2, cpu % 4 + "," + (cpu % 4 + 4));
    }
    online("0-7", "0-7");
    assertThat(read()).isEqualTo(layout(List.of(List.of("0,4", "1,5"), List.of("2,6", "3,7"))));
  }

  /** Processors dealt to the sockets in turn, as Dell's firmware does. */
  @Test
  void processorsMayAlternateBetweenSockets() throws IOException {
    for (int cpu = 0; cpu < 8; cpu++) {
      cpu(cpu, cpu % 2, String.valueOf(cpu));
    }
    online("0-7", "0-7");
    assertThat(read())
        .isEqualTo(layout(List.of(List.of("0", "2", "4", "6"), List.of("1", "3", "5", "7"))));
  }

  /** Sub-NUMA clusters that alternate: hwloc, and so Slurm, numbers one cluster after the other. */
  @Test
  void coresOfANumaNodeStandTogether() throws IOException {
    for (int cpu = 0; cpu < 8; cpu++) {
      cpu(cpu, 0, String.valueOf(cpu));
    }
    online("0-7", "0-7");
    write("devices/system/node/node0/cpulist", "0,2,4,6");
    write("devices/system/node/node1/cpulist", "1,3,5,7");
    assertThat(read()).isEqualTo(layout(List.of(List.of("0", "2", "4", "6", "1", "3", "5", "7"))));
  }

  @Test
  void thirdLevelCachesGroupInsideANumaNode() throws IOException {
    for (int cpu = 0; cpu < 4; cpu++) {
      cpu(cpu, 0, String.valueOf(cpu));
      write(
          "devices/system/cpu/cpu" + cpu + "/cache/index3/shared_cpu_list",
          cpu % 2 == 0 ? "0,2" : "1,3");
    }
    online("0-3", "0-3");
    write("devices/system/node/node0/cpulist", "0-3");
    assertThat(read()).isEqualTo(layout(List.of(List.of("0", "2", "1", "3"))));
  }

  @Test
  void aProcessorThatIsOfflineLeavesTheLayoutUnknown() throws IOException {
    cpu(0, 0, "0");
    online("0", "0-1");
    assertThat(read()).isEmpty();
  }

  @Test
  void soDoCoresOfTwoKinds() throws IOException {
    cpu(0, 0, "0");
    cpu(1, 0, "1");
    online("0-1", "0-1");
    write("devices/cpu_atom/cpus", "1");
    assertThat(read()).isEmpty();
  }

  @Test
  void soDoesAKernelThatTellsNoPackage() throws IOException {
    cpu(0, -1, "0");
    online("0", "0");
    assertThat(read()).isEmpty();
    Files.delete(root.resolve("sys/devices/system/cpu/cpu0/topology/physical_package_id"));
    assertThat(read()).isEmpty();
    assertThat(SysCpuLayout.read(new SysRoot(root.resolve("nowhere")))).isEmpty();
  }

  @Test
  void aProcessorOfNoCoreHasNoCores() throws IOException {
    cpu(0, 0, "0");
    cpu(1, 0, "1");
    online("0-1", "0-1");
    CpuLayout layout = read().orElseThrow();
    assertThat(layout.coresOf(CpuList.of(List.of(1))).orElseThrow()).containsExactly(1);
    assertThat(layout.coresOf(CpuList.of(List.of(1, 2)))).isEmpty();
  }

  /** What does not agree with the counted cores is not believed. */
  @Test
  void aLayoutThatDisagreesWithTheNumbersIsLeftOut() throws IOException {
    cpu(0, 0, "0");
    online("0", "0");
    assertThat(new CpuTopology("x", 1, 1, 1, read()).layout()).isPresent();
    assertThat(new CpuTopology("x", 1, 2, 2, read()).layout()).isEmpty();
  }

  private Optional<CpuLayout> read() {
    return SysCpuLayout.read(new SysRoot(root));
  }

  private static Optional<CpuLayout> layout(List<List<String>> sockets) {
    return Optional.of(
        new CpuLayout(
            sockets.stream()
                .map(
                    cores -> cores.stream().map(text -> CpuList.parse(text).orElseThrow()).toList())
                .toList()));
  }

  private void online(String online, String present) throws IOException {
    write("devices/system/cpu/online", online);
    write("devices/system/cpu/present", present);
  }

  private void cpu(int number, int socket, String threads) throws IOException {
    String topology = "devices/system/cpu/cpu" + number + "/topology/";
    write(topology + "physical_package_id", String.valueOf(socket));
    write(topology + "core_cpus_list", threads);
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve("sys").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }
}
