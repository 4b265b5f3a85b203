package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;

/** The whole of discovery on a small tree: what one probe loses, nothing else loses. */
class NodeScanTest {

  private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");
  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final Machine MACHINE =
      new Machine(
          new CpuTopology("AMD EPYC 7302 16-Core Processor", 2, 32, 64),
          MemorySize.ofMebibytes(128_000),
          Optional.of("Supermicro H12DSi"));

  @TempDir Path root;
  private MachineTree tree;

  @BeforeEach
  void twoCards() throws IOException {
    tree =
        new MachineTree(root)
            .pci("0000:81:00.0", "0x10de", "0x2231", "0x030000")
            .pci("0000:c1:00.0", "0x10de", "0x2231", "0x030000")
            .device("nvidia0")
            .device("nvidia1")
            .zone("intel-rapl:0", "package-0", 65532610987L)
            .zone("intel-rapl:1", "package-1", 65532610987L);
  }

  @Test
  void describesTheNode() throws IOException {
    FakeToolRunner runner =
        new FakeToolRunner()
            .exits(0, Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml"), "", "nvidia-smi", "-q")
            .exits(0, "", "", "nvidia-smi");
    NodeDescription node = scan(runner, "nvidia-smi");
    assertThat(node.node()).isEqualTo("n042");
    assertThat(node.boot()).isEqualTo("5f0c1c1e-0000-4000-8000-000000000001");
    assertThat(node.at()).isEqualTo(NOW);
    assertThat(node.cpu()).isEqualTo(MACHINE.cpu());
    assertThat(node.gpus()).extracting(Gpu::index).containsExactly(0, 1);
    assertThat(node.meters())
        .extracting(meter -> meter.part() + "/" + meter.device() + " " + meter.source())
        .containsExactly(
            "cpu-package/0 powercap",
            "cpu-package/1 powercap",
            "gpu/GPU-12345678-aaaa-bbbb-cccc-0123456789ab nvidia-smi",
            "gpu/GPU-12345678-aaaa-bbbb-cccc-0123456789cd nvidia-smi");
    assertThat(NodeFindings.of(node, OFFER_FROM)).isEmpty();
  }

  @Test
  void aNodeWithoutGpuAndToolIsNormal(@TempDir Path empty) throws IOException {
    tree = new MachineTree(empty);
    NodeDescription node = scan(new FakeToolRunner(), "nvidia-smi");
    assertThat(node.gpus()).isEmpty();
    assertThat(node.meters()).isEmpty();
    assertThat(NodeFindings.of(node, OFFER_FROM)).isEmpty();
  }

  @Test
  void withoutNvidiaSmiTheCardsAreListedUnreadable() throws IOException {
    NodeDescription node = scan(new CommonsExecToolRunner(), "/no/such/nvidia-smi");
    assertUnreadable(node, "not installed");
    assertThat(outcome(node)).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void oneThatHangsAndIgnoresSigtermIsKilledAtTheDeadline() throws IOException {
    Path pid = root.resolve("pid");
    Path script = script("trap '' TERM; echo $$ > " + pid + "; sleep 300; sleep 300");
    long begin = System.nanoTime();
    NodeDescription node = scan(new CommonsExecToolRunner(), script.toString());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    assertUnreadable(node, "gave no answer within 1.0 s");
    assertThat(outcome(node)).isEqualTo(Outcome.TIMED_OUT);
    long process = Long.parseLong(Files.readString(pid).strip());
    await().atMost(Duration.ofSeconds(5)).until(() -> ProcessHandle.of(process).isEmpty());
  }

  @Test
  void exitStatus15SaysWhichCardFellOff() throws IOException {
    Path script =
        script(
            "echo 'Unable to determine the device handle for GPU 0000:C1:00.0: GPU is lost.  "
                + "Reboot the system to recover this GPU'; exit 15");
    NodeDescription node = scan(new CommonsExecToolRunner(), script.toString());
    assertThat(node.gpus())
        .extracting(Gpu::state)
        .containsExactly(GpuState.UNREADABLE, GpuState.LOST);
    assertThat(NodeFindings.of(node, OFFER_FROM).toString())
        .contains("exit status 15", "reboot, then check its seat and power");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf '<?xml version=\"1.0\"?>\\n<nvidia_smi_log>\\n<gpu id=\"00000000:81:00.0\">'",
        "printf '<!DOCTYPE nvidia_smi_log [<!ENTITY a \"b\">]><nvidia_smi_log></nvidia_smi_log>'",
      })
  void xmlThatCannotBeReadLosesNothingElse(String print) throws IOException {
    NodeDescription node = scan(new CommonsExecToolRunner(), script(print).toString());
    assertUnreadable(node, "printed what cannot be read: the ");
    assertThat(outcome(node)).isEqualTo(Outcome.FAILED);
  }

  @Test
  void aMachineThatCannotBeReadHasNoDescription() {
    Callable<Machine> broken =
        () -> {
          throw new IllegalStateException("no cpuinfo");
        };
    assertThatThrownBy(() -> scan(new FakeToolRunner(), "nvidia-smi", broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("processors and memory")
        .hasMessageContaining("no cpuinfo");
  }

  @Test
  void aMachineThatHangsIsGivenUpAtTheDeadline() {
    CountDownLatch never = new CountDownLatch(1);
    Callable<Machine> hanging =
        () -> {
          never.await();
          return MACHINE;
        };
    assertThatThrownBy(() -> scan(new FakeToolRunner(), "nvidia-smi", hanging))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("within 1000 ms");
    never.countDown();
  }

  @Test
  void aNodeWithoutNameSaysWhichFile() throws IOException {
    Files.delete(root.resolve("proc/sys/kernel/hostname"));
    assertThatThrownBy(() -> scan(new FakeToolRunner(), "nvidia-smi"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hostname");
  }

  @Test
  void thisVeryMachineCanBeRead() throws IOException {
    Machine machine = OshiMachine.read();
    assertThat(machine.cpu().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    long kibibytes =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow();
    assertThat(machine.memory().bytes()).isEqualTo(kibibytes * 1024);
  }

  private static void assertUnreadable(NodeDescription node, String why) {
    assertThat(node.gpus())
        .hasSize(2)
        .allSatisfy(
            gpu -> {
              assertThat(gpu.state()).isEqualTo(GpuState.UNREADABLE);
              assertThat(gpu.stateDetail().orElse("")).contains(why);
              assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("unreadable");
            });
    assertThat(node.cpu()).isEqualTo(MACHINE.cpu());
    assertThat(node.meters()).hasSize(2);
    List<Finding> findings = NodeFindings.of(node, OFFER_FROM);
    assertThat(findings).hasSize(3).allMatch(f -> f.severity() == Severity.PROBLEM);
    assertThat(findings.get(0).toString()).startsWith("nvidia-smi: ").contains(why);
  }

  private static Outcome outcome(NodeDescription node) {
    return node.probes().stream()
        .filter(probe -> probe.name().equals("nvidia-smi"))
        .findFirst()
        .orElseThrow()
        .outcome();
  }

  private NodeDescription scan(ToolRunner runner, String nvidiaSmi) throws IOException {
    return scan(runner, nvidiaSmi, () -> MACHINE);
  }

  private NodeDescription scan(ToolRunner runner, String nvidiaSmi, Callable<Machine> machine)
      throws IOException {
    DiscoveryConfig config =
        new DiscoveryConfig(
            Duration.ofSeconds(1), OFFER_FROM, nvidiaSmi, "/no/such/rocm-smi", "/no/such/amd-smi");
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    return new NodeScan(tree.sysRoot(), runner, machine, clock, config).scan();
  }

  private Path script(String body) throws IOException {
    Path script = Files.writeString(root.resolve("nvidia-smi.sh"), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
