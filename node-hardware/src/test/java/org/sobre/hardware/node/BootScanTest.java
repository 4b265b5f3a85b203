package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;

/**
 * A machine on which things come by and by: the driver after some scans, files when they are made.
 * No time passes but that of the ticker.
 */
class BootScanTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);
  private static final String AT_81 = "0000:81:00.0";
  private static final String AT_C1 = "0000:c1:00.0";

  @TempDir Path root;
  private MachineTree tree;
  private final FakeTicker ticker = new FakeTicker();
  private final BootingTools tools = new BootingTools();

  @BeforeEach
  void twoCardsWithoutDeviceFiles() throws IOException {
    tree =
        new MachineTree(root)
            .pci(AT_81, "0x10de", "0x2231", "0x030000")
            .pci(AT_C1, "0x10de", "0x2231", "0x030000")
            .driver(AT_81, "nvidia")
            .driver(AT_C1, "nvidia")
            .device("nvidiactl")
            .device("nvidia-uvm");
  }

  @Test
  void makesTheDeviceFilesBeforeAnythingIsPublished() throws IOException {
    bound(AT_81, 1);
    bound(AT_C1, 0);
    NodeDescription node = scan();
    assertThat(node.gpus())
        .extracting(Gpu::device)
        .containsExactly(
            Optional.of(Path.of("/dev/nvidia1")), Optional.of(Path.of("/dev/nvidia0")));
    assertThat(tools.commands("nvidia-modprobe"))
        .containsExactly(List.of("nvidia-modprobe", "-c=1", "-c=0"));
    assertThat(boot(node).outcome()).isEqualTo(Outcome.OK);
    assertThat(boot(node).detail().orElse("")).contains("made ", "/dev/nvidia1", "/dev/nvidia0");
    assertThat(ticker.elapsed()).isZero();
  }

  /** The bus says whose card it is: it is NVIDIA's that is waited for. */
  @Test
  void twoVendorsToolsThatNameOneAddressBreakNothing() throws IOException {
    tools.ofAmd = "{\"card0\": {\"Card series\": \"x\", \"PCI Bus\": \"" + AT_81 + "\"}}";
    NodeDescription node = scan();
    assertThat(node.gpus()).hasSize(3);
    assertThat(boot(node).outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void waitsForADriverThatIsStillLoading() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/devices/" + AT_81 + "/driver"));
    tools.driverComesAfter = 3;
    tree.device("nvidia0").device("nvidia1");
    NodeDescription node = scan();
    assertThat(node.gpus()).allMatch(gpu -> gpu.whyNotOffered(OFFER_FROM).isEmpty());
    assertThat(boot(node).outcome()).isEqualTo(Outcome.OK);
    assertThat(ticker.elapsed()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(5));
  }

  @Test
  void withoutNvidiaModprobeUsesTheMajorOfTheKernel() throws IOException {
    tools.modprobeIsThere = false;
    bound(AT_81, 1);
    bound(AT_C1, 0);
    tree.file(
        "proc/devices", "Character devices:\n  1 mem\n195 nvidia\n\nBlock devices:\n  8 sd\n");
    tree.file(
        "proc/driver/nvidia/params",
        "ModifyDeviceFiles: 1\nDeviceFileUID: 0\nDeviceFileGID: 44\nDeviceFileMode: 432\n");
    NodeDescription node = scan();
    assertThat(node.gpus()).allMatch(gpu -> gpu.device().isPresent());
    Path file = root.resolve("dev/nvidia1");
    assertThat(tools.commands("mknod"))
        .contains(List.of("mknod", "-m", "0660", file.toString(), "c", "195", "1"));
    assertThat(tools.commands("chown")).contains(List.of("chown", "0:44", file.toString()));
  }

  @Test
  void anAdministratorWhoMakesHisOwnFilesIsLeftAlone() throws IOException {
    bound(AT_81, 1);
    bound(AT_C1, 0);
    tree.file("proc/driver/nvidia/params", "ModifyDeviceFiles: 0\n");
    NodeDescription node = scan();
    assertThat(tools.commands("nvidia-modprobe")).noneMatch(c -> c.contains("-c=1"));
    assertThat(tools.commands("mknod")).isEmpty();
    assertThat(node.gpus())
        .hasSize(2)
        .allSatisfy(gpu -> assertThat(gpu.whyNotOffered(OFFER_FROM)).contains("no-device-file"));
    assertThat(boot(node).detail().orElse("")).contains("ModifyDeviceFiles: 0");
    assertThat(ticker.elapsed()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
  }

  @Test
  void aCardThatNeverComesIsListedAfterThePatience() throws IOException {
    tree.pci("0000:e1:00.0", "0x10de", "0x2231", "0x030000").driver("0000:e1:00.0", "nvidia");
    tree.device("nvidia0").device("nvidia1");
    NodeDescription node = scan();
    assertThat(node.gpus())
        .extracting(Gpu::state)
        .containsExactly(GpuState.OK, GpuState.OK, GpuState.LOST);
    assertThat(boot(node).outcome()).isEqualTo(Outcome.WARNED);
    assertThat(boot(node).detail().orElse("")).contains("waited in vain for 0000:e1:00.0");
    assertThat(ticker.elapsed()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
  }

  @Test
  void aCardTheDriverCallsLostIsNotWaitedFor() throws IOException {
    tree.device("nvidia0").device("nvidia1");
    tools.answer =
        Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml")
            + "Unable to determine the device handle for GPU 0000:81:00.0: GPU is lost.\n";
    NodeDescription node = scan();
    assertThat(node.gpus()).extracting(Gpu::state).containsExactly(GpuState.LOST, GpuState.OK);
    assertThat(ticker.elapsed()).isZero();
  }

  @Test
  void cardsOfAnotherKernelDriverAndExcludedOnesAreNotWaitedFor() throws IOException {
    tree.pci("0000:e1:00.0", "0x10de", "0x2231", "0x030000").driver("0000:e1:00.0", "vfio-pci");
    tree.pci("0000:e2:00.0", "0x10de", "0x2231", "0x030000").driver("0000:e2:00.0", "nvidia");
    tree.file(
        "proc/driver/nvidia/gpus/0000:e2:00.0/information",
        "Model: \t\t NVIDIA RTX A5000\nDevice Minor: \t 2\nGPU Excluded:\t Yes\n");
    tree.device("nvidia0").device("nvidia1");
    NodeDescription node = scan();
    assertThat(node.gpus()).hasSize(4);
    assertThat(tools.commands("nvidia-modprobe")).isEmpty();
    assertThat(ticker.elapsed()).isZero();
  }

  @Test
  void withoutNvidiaSmiThereIsNothingToWaitFor() throws IOException {
    tools.answer = "";
    NodeDescription node = scan();
    assertThat(node.gpus()).hasSize(2);
    assertThat(ticker.elapsed()).isZero();
  }

  @Test
  void aMachineWithoutCardsIsNotTouched(@TempDir Path empty) throws IOException {
    root = empty;
    tree = new MachineTree(empty);
    tools.answer = "";
    NodeDescription node = scan();
    assertThat(node.gpus()).isEmpty();
    assertThat(tools.commands("nvidia-modprobe")).isEmpty();
    assertThat(ticker.elapsed()).isZero();
  }

  @Test
  void makesTheFilesOfMigInstances() throws IOException {
    tree.device("nvidia0").device("nvidia1");
    bound(AT_81, 1);
    bound(AT_C1, 0);
    String instance = "proc/driver/nvidia/capabilities/gpu0/mig/gi2";
    tree.file(instance + "/access", "DeviceFileMinor: 21\nDeviceFileMode: 292\n");
    tree.file(instance + "/ci0/access", "DeviceFileMinor: 22\nDeviceFileMode: 292\n");
    scan();
    assertThat(tools.commands("nvidia-modprobe"))
        .containsExactly(
            List.of(
                "nvidia-modprobe",
                "-f",
                root.resolve(instance + "/access").toString(),
                "-f",
                root.resolve(instance + "/ci0/access").toString()));
  }

  private void bound(String address, int minor) throws IOException {
    tree.file(
        "proc/driver/nvidia/gpus/" + address + "/information",
        "Model: \t\t NVIDIA RTX A5000\nIRQ:   \t\t 143\n"
            + "GPU UUID: \t GPU-????????-????-????-????-????????????\n"
            + "Device Minor: \t "
            + minor
            + "\nGPU Excluded:\t No\n");
  }

  private static ProbeReport boot(NodeDescription node) {
    return node.probes().stream().filter(p -> p.name().equals("boot")).findFirst().orElseThrow();
  }

  private NodeDescription scan() throws IOException {
    Machine machine =
        new Machine(new CpuTopology("x", 1, 4, 8), MemorySize.ofMebibytes(8000), Optional.empty());
    DiscoveryConfig config =
        new DiscoveryConfig(Duration.ofSeconds(2), OFFER_FROM, "nvidia-smi", "rocm-smi", "amd-smi");
    NodeScan scan = new NodeScan(tree.sysRoot(), tools, () -> machine, Clock.systemUTC(), config);
    return new BootScan(tree.sysRoot(), tools, scan, PATIENCE, ticker).scan();
  }

  private static final class FakeTicker implements Ticker {
    private Duration elapsed = Duration.ZERO;

    @Override
    public long nanoTime() {
      return elapsed.toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      elapsed = elapsed.plus(duration);
    }

    Duration elapsed() {
      return elapsed;
    }
  }

  /** Tools of a machine that boots: what they make is there afterwards. */
  private final class BootingTools implements ToolRunner {
    private final List<List<String>> asked = new ArrayList<>();
    private String answer = Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml");
    private String ofAmd = "";
    private int driverComesAfter;
    private boolean modprobeIsThere = true;

    synchronized List<List<String>> commands(String program) {
      return asked.stream().filter(command -> command.get(0).equals(program)).toList();
    }

    @Override
    public synchronized ToolResult run(
        List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
      asked.add(List.copyOf(command));
      return switch (command.get(0)) {
        case "nvidia-smi" -> nvidiaSmi(command);
        case "nvidia-modprobe" -> {
          if (!modprobeIsThere) {
            yield missing(command);
          }
          command.stream()
              .filter(argument -> argument.startsWith("-c="))
              .forEach(argument -> make(root.resolve("dev/nvidia" + argument.substring(3))));
          yield exited(command, 0, "");
        }
        case "mknod" -> {
          make(Path.of(command.get(3)));
          yield exited(command, 0, "");
        }
        case "mkdir", "chown" -> exited(command, 0, "");
        case "rocm-smi" -> ofAmd.isEmpty() ? missing(command) : exited(command, 0, ofAmd);
        default -> missing(command);
      };
    }

    private ToolResult nvidiaSmi(List<String> command) {
      if (answer.isEmpty()) {
        return missing(command);
      }
      boolean asksAll = command.contains("-q");
      if (asksAll && driverComesAfter-- > 0) {
        return exited(command, 9, Recordings.read("failure_no-driver_stdout.txt"));
      }
      return exited(command, 0, asksAll ? answer : "");
    }

    private void make(Path file) {
      try {
        Files.writeString(file, "");
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private static ToolResult exited(List<String> command, int status, String stdout) {
      return new ToolResult(
          command, Ending.EXITED, OptionalInt.of(status), stdout, "", Duration.ofMillis(1));
    }

    private static ToolResult missing(List<String> command) {
      return new ToolResult(
          command, Ending.NOT_FOUND, OptionalInt.empty(), "", "", Duration.ofMillis(1));
    }
  }
}
