package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sobre.hardware.gpu.GpuVendor.AMD;
import static org.sobre.hardware.gpu.GpuVendor.NVIDIA;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.amd.AmdRecordings;
import org.sobre.hardware.gpu.amd.AmdTree;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;

/** Cards of two vendors in one machine: neither takes anything from the other. */
class GpuScanTest {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final String AT_C3 = "0000:c3:00.0";

  @TempDir Path root;
  private MachineTree tree;
  private AmdTree amd;

  @BeforeEach
  void oneMi210() throws IOException {
    tree = new MachineTree(root);
    amd =
        new AmdTree(tree)
            .card(AT_C3, "740f", 128)
            .file(AT_C3, "mem_info_vram_total", "68702699520\n")
            .file(AT_C3, "mem_info_vram_used", "10960896\n")
            .file(AT_C3, "unique_id", "2f048617326b1ea0\n");
  }

  @Test
  void cardsOfBothVendorsAreDescribed() throws IOException {
    twoA5000s();
    amd.file(AT_C3, "hwmon/hwmon3/power1_average", "41000000\n");
    FakeToolRunner runner =
        new FakeToolRunner()
            .exits(0, Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml"), "", "nvidia-smi", "-q")
            .exits(0, "", "", "nvidia-smi")
            .exits(0, AmdRecordings.read("mi210_rocm7_amd-smi-static.json"), "", "amd-smi");
    NodeDescription node = describe(runner, config("nvidia-smi", "rocm-smi", "amd-smi"));
    assertThat(node.gpus()).extracting(Gpu::vendor).containsExactly(NVIDIA, NVIDIA, AMD);
    Gpu card = node.gpus().get(2);
    assertThat(card.model()).isEqualTo("AMD Instinct MI210");
    assertThat(card.uuid()).contains("AMD-2f048617326b1ea0");
    assertThat(card.device()).contains(Path.of("/dev/dri/renderD128"));
    assertThat(card.whyNotOffered(OFFER_FROM)).isEmpty();
    assertThat(node.meters())
        .extracting(meter -> meter.device() + " " + meter.source())
        .contains("AMD-2f048617326b1ea0 amdgpu-hwmon")
        .hasSize(3);
    assertThat(NodeFindings.of(node, OFFER_FROM)).isEmpty();
  }

  /** Its parts share one sensor: the power is the card's. */
  @Test
  void aCardInPartsHasOneMeter() throws IOException {
    amd.file(AT_C3, "hwmon/hwmon3/power1_input", "41000000\n")
        .file(AT_C3, "current_compute_partition", "CPX\n");
    for (int part = 0; part < 8; part++) {
      String node = "sys/class/kfd/kfd/topology/nodes/" + (1 + part);
      long location = (long) part << 28 | 0xc3 << 8;
      tree.file(node + "/gpu_id", (4711 + part) + "\n")
          .file(node + "/properties", "location_id " + location + "\ndomain 0\n");
    }
    NodeDescription node = describe(new FakeToolRunner(), config("n", "r", "a"));
    assertThat(node.gpus()).hasSize(1);
    assertThat(node.gpus().get(0).partitions()).hasSize(8);
    assertThat(node.meters()).hasSize(1);
  }

  @Test
  void aCardWithoutPowerFileHasNoMeter() throws IOException {
    NodeDescription node = describe(new FakeToolRunner(), config("n", "r", "a"));
    assertThat(node.gpus()).extracting(Gpu::state).containsExactly(GpuState.OK);
    assertThat(node.meters()).isEmpty();
  }

  @Test
  void aBrokenAmdToolIsAWarningWhereTheKernelTellsAll() throws IOException {
    FakeToolRunner runner =
        new FakeToolRunner().exits(255, "", "ERROR:root:Drivers not loaded\n", "amd-smi");
    NodeDescription node = describe(runner, config("n", "r", "amd-smi"));
    List<Finding> findings = NodeFindings.of(node, OFFER_FROM);
    assertThat(findings).extracting(Finding::severity).containsExactly(Severity.WARNING);
    assertThat(findings.get(0).toString()).startsWith("amd-smi: exit status 255");
  }

  @Test
  void toolsThatHangCostOneDeadlineTogether() throws IOException {
    twoA5000s();
    Path script = Files.writeString(root.resolve("hang.sh"), "#!/bin/sh\nexec sleep 300\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    String hang = script.toString();
    long begin = System.nanoTime();
    NodeDescription node = describe(new CommonsExecToolRunner(), config(hang, hang, hang));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    assertThat(node.gpus())
        .hasSize(3)
        .allSatisfy(
            gpu -> {
              assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE);
              assertThat(gpu.stateDetail().orElse("")).contains("smi gave no answer within");
            });
    assertThat(NodeFindings.of(node, OFFER_FROM)).allMatch(f -> f.severity() == Severity.PROBLEM);
  }

  /** As when a kernel file of a sick card is read and does not return. */
  @Test
  void aVendorThatNeverAnswersKeepsItsCardsListed() {
    AtomicInteger started = new AtomicInteger();
    Executor onlyTheFirst =
        work -> {
          if (started.getAndIncrement() == 0) {
            work.run();
          }
        };
    DiscoveryConfig config = config("n", "r", "a");
    List<Gpu> gpus =
        new GpuScan(tree.sysRoot(), new FakeToolRunner(), config, onlyTheFirst)
            .scan(Duration.ofMillis(50))
            .gpus();
    assertThat(gpus).extracting(Gpu::model).containsExactly("AMD GPU 1002:740f");
    assertThat(gpus.get(0).state()).isEqualTo(GpuState.UNREADABLE);
    assertThat(gpus.get(0).stateDetail().orElse("")).contains("gave no answer within");
  }

  private void twoA5000s() throws IOException {
    tree.pci("0000:81:00.0", "0x10de", "0x2231", "0x030000")
        .pci("0000:c1:00.0", "0x10de", "0x2231", "0x030000")
        .device("nvidia0")
        .device("nvidia1");
  }

  private NodeDescription describe(ToolRunner runner, DiscoveryConfig config) throws IOException {
    Machine machine =
        new Machine(
            new CpuTopology("AMD EPYC 7302 16-Core Processor", 2, 32, 64),
            MemorySize.ofMebibytes(128_000),
            Optional.empty());
    return new NodeScan(tree.sysRoot(), runner, () -> machine, Clock.systemUTC(), config).scan();
  }

  private static DiscoveryConfig config(String nvidiaSmi, String rocmSmi, String amdSmi) {
    return new DiscoveryConfig(Duration.ofSeconds(1), OFFER_FROM, nvidiaSmi, rocmSmi, amdSmi);
  }
}
