package org.sobre.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.Machine;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import picocli.CommandLine;

/** A machine of files with an RTX 4090 on its bus, and the commands that look at it. */
final class SmallMachine {

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

  final Path root;
  final Path config;
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  ToolResult nvidiaSmi = exited(0, ONE_CARD);
  ToolResult amdSmi = ended(Ending.NOT_FOUND);

  SmallMachine(Path root) throws IOException {
    this.root = root;
    write("proc/sys/kernel/hostname", "n042\n");
    write("proc/sys/kernel/random/boot_id", "5f0c1c1e-0000-4000-8000-000000000001\n");
    write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
    write("sys/bus/pci/devices/0000:01:00.0/device", "0x2684\n");
    write("sys/bus/pci/devices/0000:01:00.0/class", "0x030000\n");
    write("dev/nvidia0", "");
    config = write("sobre.yaml", "schema: sobre/1\n");
  }

  int run(String... arguments) {
    Function<DiscoveryConfig, NodeScan> scans =
        discovery ->
            new NodeScan(
                new SysRoot(root),
                runner(),
                () -> MACHINE,
                Clock.fixed(Instant.parse("2026-11-20T14:00:00Z"), ZoneOffset.UTC),
                discovery);
    CommandLine line =
        new CommandLine(new SobreCommand())
            .addSubcommand("discover", new DiscoverCommand(scans))
            .addSubcommand("gres", new GresCommand(scans, runner()))
            .addSubcommand(
                "doctor",
                new DoctorCommand(
                    scans, runner(), new SysRoot(root), GpuCatalogFiles.of(new SysRoot(root))))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("--config", config.toString()));
    all.addAll(List.of(arguments));
    return line.execute(all.toArray(new String[0]));
  }

  void amdCard() throws IOException {
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

  static ToolResult exited(int status, String stdout) {
    return new ToolResult(
        List.of("nvidia-smi"),
        Ending.EXITED,
        OptionalInt.of(status),
        stdout,
        "",
        Duration.ofMillis(20));
  }

  static ToolResult ended(Ending ending) {
    return new ToolResult(
        List.of("nvidia-smi"), ending, OptionalInt.empty(), "", "", Duration.ofMillis(20));
  }

  Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
