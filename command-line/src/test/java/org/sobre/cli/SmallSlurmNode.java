package org.sobre.cli;

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
import java.util.TreeMap;
import java.util.function.Function;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.Machine;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import picocli.CommandLine;

/**
 * A small machine of files, with a scontrol that knows no node, for {@code gres} and {@code node}.
 */
final class SmallSlurmNode {

  private static final Machine MACHINE =
      new Machine(
          new CpuTopology("Intel(R) Xeon(R) CPU E5620", 1, 4, 8),
          MemorySize.ofMebibytes(24_000),
          Optional.empty());

  /** A card in order and, on the bus only, one that the driver has lost. */
  static final String ONE_CARD =
      """
      <?xml version="1.0" ?>
      <nvidia_smi_log><driver_version>535.54.03</driver_version>
      <gpu id="00000000:01:00.0"><product_name>NVIDIA GeForce RTX 4090</product_name>
      <product_architecture>Ada Lovelace</product_architecture>
      <uuid>GPU-5c1f0000-0000-0000-0000-000000000001</uuid><minor_number>0</minor_number>
      <fb_memory_usage><total>24564 MiB</total><free>24100 MiB</free></fb_memory_usage></gpu>
      </nvidia_smi_log>
      """;

  /** Slurm's record as slurmd makes it of what is published. */
  static final String RECORD =
      """
      NodeName=n042 Arch=x86_64 CPUTot=8
         AvailableFeatures=vram_ge_2g,vram_ge_4g,vram_ge_6g,vram_ge_8g,vram_ge_10g,vram_ge_11g,\
      vram_ge_12g,vram_ge_16g,vram_ge_20g,vram_ge_24g,vram_has_2g,vram_has_4g,vram_has_6g,\
      vram_has_8g,vram_has_10g,vram_has_11g,vram_has_12g,vram_has_16g,vram_has_20g,vram_has_24g,\
      gpu_vendor_nvidia,gpu_family_ada
         Gres=gpu:nvidia_geforce_rtx_4090:1(S:0)
         RealMemory=24000 State=IDLE+DYNAMIC_NORM Weight=1
      """;

  /** For {@link #record}: what scontrol shows is a refusal. */
  static final String REFUSES = "refuses";

  private final Path root;

  /** What scontrol shows: nothing for an unknown node, an empty text for no answer. */
  Optional<String> record = Optional.empty();

  /** What slurmd says of the description. */
  Verdict verdict = new Verdict(Outcome.READ, "");

  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  /** How long each tool was given, by its command. */
  final Map<String, Duration> given = new TreeMap<>();

  /** How long the last scan was given. */
  Duration patience = Duration.ZERO;

  /**
   * @param root an empty directory
   */
  SmallSlurmNode(Path root) throws IOException {
    this.root = root;
    write("proc/sys/kernel/hostname", "n042\n");
    write("proc/sys/kernel/random/boot_id", "5f0c1c1e-0000-4000-8000-000000000001\n");
    for (String address : List.of("0000:01:00.0", "0000:02:00.0")) {
      write("sys/bus/pci/devices/" + address + "/vendor", "0x10de\n");
      write("sys/bus/pci/devices/" + address + "/device", "0x2684\n");
      write("sys/bus/pci/devices/" + address + "/class", "0x030000\n");
      Files.createSymbolicLink(
          root.resolve("sys/bus/pci/devices/" + address + "/driver"),
          Path.of("../../../bus/pci/drivers/nvidia"));
    }
    write("dev/nvidia0", "");
    write("sobre.yaml", "schema: sobre/1\nslurm: {controller: \"ctl:6817\"}\n");
  }

  int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = new CommandLine(new SobreCommand(), this::create);
    line.addSubcommand(GresCommand.class);
    line.addSubcommand(NodeCommand.class);
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--config";
    all[arguments.length + 1] = root.resolve("sobre.yaml").toString();
    return Main.run(
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)), all);
  }

  private <K> K create(Class<K> type) throws Exception {
    Path directory = published("");
    Function<DiscoveryConfig, NodeScan> scans =
        config ->
            new NodeScan(new SysRoot(root), this::tool, () -> MACHINE, Clock.systemUTC(), config);
    if (type == GresCommand.class) {
      return type.cast(new GresCommand(scans, this::tool));
    }
    ThisNode node =
        new ThisNode(
            this::tool,
            new SysRoot(root),
            directory,
            (config, within) -> {
              patience = within;
              return scans.apply(config).scan();
            },
            (tools, described, within) -> verdict);
    if (type == NodeBootCommand.class) {
      return type.cast(new NodeBootCommand(node));
    }
    if (type == NodePublishCommand.class) {
      return type.cast(new NodePublishCommand(node));
    }
    if (type == NodeRegisterCommand.class) {
      return type.cast(new NodeRegisterCommand(node));
    }
    return CommandLine.defaultFactory().create(type);
  }

  private ToolResult tool(
      List<String> command, Map<String, String> environment, Duration deadline) {
    given.put(command.get(0), deadline);
    return switch (command.get(0)) {
      case "slurmd" -> exited(command, 0, "slurm-wlm 22.05.8\n");
      case "scontrol" -> scontrol(command);
      default -> command.contains("-x") ? exited(command, 0, ONE_CARD) : exited(command, 2, "");
    };
  }

  private ToolResult scontrol(List<String> command) {
    if (record.isEmpty()) {
      return exited(command, 1, "Node n042 not found\n");
    }
    if (record.get().equals(REFUSES)) {
      return exited(command, 1, "slurm_load_node error: Access/permission denied\n");
    }
    return record.get().isEmpty()
        ? new ToolResult(
            command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", Duration.ofSeconds(3))
        : exited(command, 0, command.contains("show") ? record.get() : "");
  }

  private static ToolResult exited(List<String> command, int status, String stdout) {
    return new ToolResult(
        command, Ending.EXITED, OptionalInt.of(status), stdout, "", Duration.ofMillis(5));
  }

  Path published(String name) {
    return root.resolve("run/sobre/slurm").resolve(name);
  }

  void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
