package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.Machine;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** {@code discover} and {@code doctor} on a small machine of files. */
class NodeCommandsTest {

  private static final Machine MACHINE =
      new Machine(
          new CpuTopology("Intel(R) Xeon(R) CPU E5620", 1, 4, 8),
          MemorySize.ofMebibytes(24_000),
          Optional.of("Dell Inc. 0N051F"));

  private static final String ONE_CARD =
      """
      <?xml version="1.0" ?>
      <!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
      <nvidia_smi_log><driver_version>535.54.03</driver_version>
      <gpu id="00000000:01:00.0"><product_name>NVIDIA GeForce RTX 4090</product_name>
      <product_architecture>Ada Lovelace</product_architecture>
      <uuid>GPU-5c1f0000-0000-0000-0000-000000000001</uuid><minor_number>0</minor_number>
      <fb_memory_usage><total>24564 MiB</total><free>24100 MiB</free></fb_memory_usage></gpu>
      </nvidia_smi_log>
      """;

  private static final String ONE_MI210 =
      """
      {"gpu_data": [{"gpu": 0, "bus": {"bdf": "0000:c3:00.0"},
        "asic": {"market_name": "AMD Instinct MI210", "device_id": "0x740f"},
        "driver": {"name": "amdgpu", "version": "Linuxversion6.14.0-24-generic(buildd@lcy02)"}}]}
      """;

  @TempDir Path root;
  private Path config;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ToolResult nvidiaSmi = exited(0, ONE_CARD);
  private ToolResult amdSmi = ended(Ending.NOT_FOUND);

  @BeforeEach
  void oneCardOnTheBus() throws IOException {
    write("proc/sys/kernel/hostname", "n042\n");
    write("proc/sys/kernel/random/boot_id", "5f0c1c1e-0000-4000-8000-000000000001\n");
    write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
    write("sys/bus/pci/devices/0000:01:00.0/device", "0x2684\n");
    write("sys/bus/pci/devices/0000:01:00.0/class", "0x030000\n");
    write("dev/nvidia0", "");
    config = write("sobre.yaml", "schema: sobre/1\n");
  }

  @Test
  void discoverPrintsATable() {
    assertThat(run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines().toList())
        .containsExactly(
            "Node    n042, Dell Inc. 0N051F",
            "CPU     Intel(R) Xeon(R) CPU E5620, 1 socket, 4 cores, 8 threads",
            "Memory  25.2 GB",
            "Meters  1 gpu (nvidia-smi)",
            "",
            "GPU  MODEL                    VRAM GB  FREE GB  DEVICE        PCI BUS ID    STATE"
                + "  OFFERED",
            "  0  NVIDIA GeForce RTX 4090     25.8     25.3  /dev/nvidia0  0000:01:00.0  ok   "
                + "  yes");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void discoverPrintsTheRowsOfTwoVendorsInColumns() throws IOException {
    amdCard();
    assertThat(run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString().lines().skip(3).toList())
        .containsExactly(
            "Meters  1 gpu (amdgpu-hwmon), 1 gpu (nvidia-smi)",
            "",
            "GPU  MODEL                    VRAM GB  FREE GB  DEVICE               PCI BUS ID    STATE"
                + "  OFFERED",
            "  0  NVIDIA GeForce RTX 4090     25.8     25.3  /dev/nvidia0         0000:01:00.0  ok   "
                + "  yes",
            "  1  AMD Instinct MI210          68.7     68.7  /dev/dri/renderD128  0000:c3:00.0  ok   "
                + "  yes");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void gresNamesTheRenderNodeOfAnAmdCard() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/devices/0000:01:00.0/class"));
    nvidiaSmi = ended(Ending.NOT_FOUND);
    amdCard();
    assertThat(run("gres")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("Name=gpu Type=amd_instinct_mi210 File=/dev/dri/renderD128 Flags=amd_gpu_env\n");
  }

  @Test
  void doctorShowsTheAmdToolsThatWereAsked() throws IOException {
    amdCard();
    assertThat(run("doctor")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .containsPattern("amd-smi +ok +0\\.02 +driver 6\\.14\\.0-24-generic")
        .contains("Verdict: nothing needs attention");
  }

  @Test
  void discoverPrintsJsonAndYamlOfOneContent() throws JsonShapeException {
    assertThat(run("discover", "--format", "json")).isEqualTo(ExitCode.DONE);
    JsonObject gpu = JsonObject.parse(out.toString()).objects("gpus").get(0);
    assertThat(gpu.requiredString("device")).isEqualTo("/dev/nvidia0");
    assertThat(gpu.requiredInteger("memoryTotalMiB")).isEqualTo(24564);
    assertThat(gpu.bool("offered")).contains(true);

    out.getBuffer().setLength(0);
    assertThat(run("discover", "--format", "yaml")).isEqualTo(ExitCode.DONE);
    Map<String, Object> yaml = new Yaml().load(out.toString());
    assertThat(yaml).containsEntry("node", "n042").containsKeys("gpus", "cpu", "probes");
  }

  @Test
  void discoverListsACardThatCannotBeReadAndWarns() {
    nvidiaSmi = ended(Ending.TIMED_OUT);
    assertThat(run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("NVIDIA GPU 10de:2684", "unreadable", "no: unreadable");
    assertThat(err.toString())
        .contains("sobre: nvidia-smi: gave no answer within", "sobre: GPU 0 (0000:01:00.0): ");
  }

  @Test
  void discoverSaysThatANodeHasNoGpu() throws IOException {
    Files.delete(root.resolve("sys/bus/pci/devices/0000:01:00.0/class"));
    nvidiaSmi = ended(Ending.NOT_FOUND);
    assertThat(run("discover")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("No GPU: this is a CPU-only node.");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void doctorIsContentWithAGoodNode() {
    assertThat(run("doctor")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("nvidia-smi  ok", "driver 535.54.03", "Note: scontrol: not on PATH")
        .endsWith("Verdict: nothing needs attention.\n");
  }

  @Test
  void doctorSaysWhatToDo() throws IOException {
    nvidiaSmi = exited(9, "NVIDIA-SMI has failed because it couldn't communicate.\n");
    write("sobre.yaml", "schema: sobre/1\ndiscovery: {deadine: 3s}\nmeters: {x: 1}\n");
    assertThat(run("doctor")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString())
        .contains(
            "exit status 9",
            "modprobe nvidia",
            "did you mean \"deadline\"?",
            "meters.x: unknown key")
        .endsWith("Verdict: 4 problems need attention.\n");
  }

  private int run(String... arguments) {
    Function<DiscoveryConfig, NodeScan> scans =
        discovery ->
            new NodeScan(new SysRoot(root), runner(), () -> MACHINE, Clock.systemUTC(), discovery);
    CommandLine line =
        new CommandLine(new SobreCommand())
            .addSubcommand("discover", new DiscoverCommand(scans))
            .addSubcommand("gres", new GresCommand(scans))
            .addSubcommand("doctor", new DoctorCommand(scans, runner(), new SysRoot(root)))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    List<String> all = new java.util.ArrayList<>(List.of("--config", config.toString()));
    all.addAll(List.of(arguments));
    return line.execute(all.toArray(new String[0]));
  }

  private void amdCard() throws IOException {
    String device = "sys/bus/pci/devices/0000:c3:00.0/";
    write(device + "vendor", "0x1002\n");
    write(device + "device", "0x740f\n");
    write(device + "class", "0x038000\n");
    write(device + "uevent", "DRIVER=amdgpu\n");
    write(device + "mem_info_vram_total", "68702699520\n");
    write(device + "mem_info_vram_used", "10960896\n");
    write(device + "drm/renderD128/dev", "226:128\n");
    write(device + "hwmon/hwmon3/power1_average", "41000000\n");
    write("dev/dri/renderD128", "");
    amdSmi = exited(0, ONE_MI210);
  }

  /** The vendors' tools as the test sets them; nothing else is installed. */
  private ToolRunner runner() {
    return (command, environment, deadline) -> {
      if (command.equals(List.of("nvidia-smi", "-q", "-x"))) {
        return nvidiaSmi;
      }
      return command.equals(List.of("amd-smi", "static", "--json"))
          ? amdSmi
          : ended(Ending.NOT_FOUND);
    };
  }

  private static ToolResult exited(int status, String stdout) {
    return new ToolResult(
        List.of("nvidia-smi"),
        Ending.EXITED,
        OptionalInt.of(status),
        stdout,
        "",
        Duration.ofMillis(20));
  }

  private static ToolResult ended(Ending ending) {
    return new ToolResult(
        List.of("nvidia-smi"), ending, OptionalInt.empty(), "", "", Duration.ofMillis(20));
  }

  private Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
