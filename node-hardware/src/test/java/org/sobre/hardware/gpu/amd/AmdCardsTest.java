package org.sobre.hardware.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.node.MachineTree;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.units.MemorySize;

/** What is said of cards that are not simply there: partitions, doubles, other drivers. */
class AmdCardsTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final String AT_0C = "0000:0c:00.0";
  private static final String AT_C3 = "0000:c3:00.0";

  @TempDir Path root;
  private MachineTree machine;
  private AmdTree tree;

  @BeforeEach
  void oneMi300() throws IOException {
    machine = new MachineTree(root);
    tree =
        new AmdTree(machine)
            .card(AT_0C, "74a1", 128)
            .file(AT_0C, "mem_info_vram_total", "205822885888\n")
            .file(AT_0C, "mem_info_vram_used", "297615360\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000:0c:00.%d", "0000:0c:00.0"})
  void partitionsOfACardAreOneCardThatIsNotOffered(String form) {
    String eight =
        IntStream.range(0, 8)
            .mapToObj(i -> "{\"gpu\":" + i + ",\"bdf\":\"" + form.replace("%d", "" + i) + "\"}")
            .collect(Collectors.joining(",", "{\"gpu_data\":[", "]}"));
    List<Gpu> gpus = discover(eight);
    assertThat(gpus).hasSize(1);
    assertThat(gpus.get(0).whyNotOffered(OFFER_FROM)).contains("partitioned");
    assertThat(gpus.get(0).memoryTotal().measured()).contains(new MemorySize(205_822_885_888L));
  }

  @Test
  void theKernelsPartitionModeCountsWithoutAnyTool() throws IOException {
    tree.file(AT_0C, "current_compute_partition", "CPX\n");
    assertThat(only().whyNotOffered(OFFER_FROM)).contains("partitioned");
    tree.file(AT_0C, "current_compute_partition", "SPX\n");
    assertThat(only().whyNotOffered(OFFER_FROM)).isEmpty();
  }

  @Test
  void twoFunctionsOfTheBusAreTwoCards() throws IOException {
    tree.card("0000:0c:00.1", "74a1", 129);
    assertThat(
            discover("[{\"gpu\":0,\"bdf\":\"0000:0c:00.0\"},{\"gpu\":1,\"bdf\":\"0000:0c:00.1\"}]"))
        .hasSize(2)
        .noneMatch(Gpu::partitioned);
  }

  @Test
  void aPlaceThatTheBusDoesNotShowIsNotReliedOn() {
    List<Gpu> gpus =
        discover("[{\"gpu\":0,\"bdf\":\"0000:0c:00.0\"},{\"gpu\":1,\"bdf\":\"0000:99:00.0\"}]");
    assertThat(gpus).extracting(Gpu::state).containsExactly(GpuState.OK, GpuState.UNREADABLE);
    assertThat(gpus.get(1).stateDetail()).contains("the PCI bus does not show it");
  }

  @Test
  void cardsOfOneIdCannotBeToldApart() throws IOException {
    tree.card(AT_C3, "74a1", 129)
        .file(AT_C3, "unique_id", "946d7e1ef9b172dd\n")
        .file(AT_0C, "unique_id", "946d7e1ef9b172dd\n");
    assertThat(discover(""))
        .hasSize(2)
        .allSatisfy(gpu -> assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("not-unique"));
  }

  @Test
  void anOldCardOfTheRadeonDriverIsNoFault() throws IOException {
    tree.card(AT_C3, "6818", 129).file(AT_C3, "uevent", "DRIVER=radeon\n");
    Gpu old = discover("[{\"gpu\":0,\"bdf\":\"0000:0c:00.0\"}]").get(1);
    assertThat(old.state()).isEqualTo(GpuState.OK);
    assertThat(old.whyNotOffered(OFFER_FROM)).contains("memory-unknown");
    assertThat(old.uuid()).as("nothing is counted for it").isEmpty();
    assertThat(old.stateDetail().orElse("")).contains("radeon serves no computing");
    assertThat(old.driver()).isEmpty();
  }

  @Test
  void aCardOfAnotherDriverIsListed() throws IOException {
    tree.file(AT_0C, "uevent", "DRIVER=vfio-pci\n");
    assertThat(only().state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(only().stateDetail().orElse("")).contains("vfio-pci", "expected amdgpu");
    assertThat(only().uuid()).isEmpty();
  }

  @Test
  void aCardThatFellOffTheBusIsLostWithoutAnyTool() throws IOException {
    Path config = root.resolve("sys/bus/pci/devices/" + AT_0C + "/config");
    Files.write(config, new byte[] {2, 16, (byte) 0xa1, 0x74});
    assertThat(only().state()).isEqualTo(GpuState.OK);
    Files.write(config, new byte[] {-1, -1, -1, -1});
    assertThat(only().state()).isEqualTo(GpuState.LOST);
    assertThat(only().stateDetail().orElse("")).contains("fallen off the bus");
    tree.file(AT_0C, "power/runtime_status", "suspended\n"); // reading it would wake the card
    assertThat(only().state()).isEqualTo(GpuState.OK);
  }

  @Test
  void aCardWithoutDriverIsListed() throws IOException {
    tree.file(AT_0C, "uevent", "PCI_CLASS=30000\n");
    assertThat(only().stateDetail().orElse("")).contains("no kernel driver");
  }

  @Test
  void aRenderNodeThatIsNotThereKeepsTheCardFromSlurm() throws IOException {
    Files.delete(root.resolve("dev/dri/renderD128"));
    assertThat(only().whyNotOffered(OFFER_FROM)).contains("no-device-file");
    assertThat(only().stateDetail().orElse("")).contains("/dev/dri/renderD128", "found none");
  }

  /** The driver refuses the number while it resets the card: the id must not change for that. */
  @Test
  void anIdThatCannotBeReadNowIsTakenFromTheComputeDriver() throws IOException {
    Files.createDirectory(root.resolve("sys/bus/pci/devices/" + AT_0C + "/unique_id"));
    assertThat(only().uuid()).isEmpty();
    assertThat(only().whyNotOffered(OFFER_FROM)).contains("no-uuid");
    machine
        .file("sys/class/kfd/kfd/topology/nodes/1/gpu_id", "4711\n")
        .file(
            "sys/class/kfd/kfd/topology/nodes/1/properties",
            "location_id 3072\ndomain 0\ngfx_target_version 90402\nunique_id 81985529216486895\n");
    assertThat(only().uuid()).contains("AMD-0123456789abcdef");
    assertThat(only().architecture()).contains("cdna3");
  }

  @Test
  void anIdThatCannotBeReadNowIsTakenFromTheTool() throws IOException {
    Files.createDirectory(root.resolve("sys/bus/pci/devices/" + AT_0C + "/unique_id"));
    String answer =
        "[{\"gpu\":0,\"bdf\":\"0000:0c:00.0\",\"asic\":{\"asic_serial\":\"0x123456789ABCDEF\"}}]";
    assertThat(discover(answer).get(0).uuid()).contains("AMD-0123456789abcdef");
  }

  @Test
  void aToolsNumberForACardWithoutOneIsNotTaken() {
    String answer =
        "[{\"gpu\":0,\"bdf\":\"0000:0c:00.0\",\"asic\":{\"asic_serial\":\"0x123456789ABCDEF\"}}]";
    assertThat(discover(answer).get(0).uuid()).isEqualTo(only().uuid());
  }

  @Test
  void theDriversOwnVersionComesFirst() throws IOException {
    machine.file("proc/sys/kernel/osrelease", "6.1.0-31-amd64\n");
    assertThat(only().driver()).contains("6.1.0-31-amd64");
    machine.file("sys/module/amdgpu/version", "6.10.5\n");
    assertThat(only().driver()).contains("6.10.5");
  }

  private Gpu only() {
    List<Gpu> gpus = discover("");
    assertThat(gpus).hasSize(1);
    return gpus.get(0);
  }

  private List<Gpu> discover(String amdSmi) {
    FakeToolRunner runner = new FakeToolRunner();
    if (!amdSmi.isEmpty()) {
      runner.exits(0, amdSmi, "", "amd-smi", "static", "--json");
    }
    return new AmdDiscovery(runner, "amd-smi", "rocm-smi", machine.sysRoot())
        .discover(PciScan.of(machine.sysRoot()).of(GpuVendor.AMD), true, Duration.ofSeconds(10))
        .gpus();
  }
}
