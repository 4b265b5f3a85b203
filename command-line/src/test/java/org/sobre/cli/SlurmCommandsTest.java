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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
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
 * {@code gres} and {@code node} on a small machine of files, with a scontrol that knows no node.
 */
class SlurmCommandsTest {

  private static final Machine MACHINE =
      new Machine(
          new CpuTopology("Intel(R) Xeon(R) CPU E5620", 1, 4, 8),
          MemorySize.ofMebibytes(24_000),
          Optional.empty());

  /** A card in order and, on the bus only, one that the driver has lost. */
  private static final String ONE_CARD =
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
  private static final String RECORD =
      """
      NodeName=n042 Arch=x86_64 CPUTot=8
         AvailableFeatures=vram_ge_2g,vram_ge_4g,vram_ge_6g,vram_ge_8g,vram_ge_10g,vram_ge_11g,\
      vram_ge_12g,vram_ge_16g,vram_ge_20g,vram_ge_24g,vram_has_2g,vram_has_4g,vram_has_6g,\
      vram_has_8g,vram_has_10g,vram_has_11g,vram_has_12g,vram_has_16g,vram_has_20g,vram_has_24g,\
      gpu_vendor_nvidia,gpu_family_ada
         Gres=gpu:nvidia_geforce_rtx_4090:1(S:0)
         RealMemory=24000 State=IDLE+DYNAMIC_NORM Weight=1
      """;

  @TempDir private Path root;

  /** What scontrol shows: nothing for an unknown node, an empty text for no answer. */
  private Optional<String> record = Optional.empty();

  /** What slurmd says of the description. */
  private Verdict verdict = new Verdict(Outcome.READ, "");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void oneCardAndALostOne() throws IOException {
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

  @Test
  void aNodeIsToldThatNoSlurmdReadItsDescriptionAndAStationIsNot() throws IOException {
    verdict = new Verdict(Outcome.NOT_TRIED, "no slurmd can be run here");
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("gpu:nvidia_geforce_rtx_4090:1");
    assertThat(err.toString())
        .contains("slurmd was not asked whether it reads the description: no slurmd can be run");
    err.getBuffer().setLength(0);
    write("sobre.yaml", "schema: sobre/1\n");
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).doesNotContain("was not asked");
  }

  /** By which a list of all nodes leaves it out: docs/fleet.md. */
  @ParameterizedTest
  @CsvSource({
    "'{controller: ctl}', true",
    "'{controller: ctl, actOnNodes: false}', false",
    "'{}', false"
  })
  void theDocumentSaysWhetherTheNodeRegistersItself(String slurm, boolean itself)
      throws IOException, JsonShapeException {
    write("sobre.yaml", "schema: sobre/1\nslurm: " + slurm + "\n");
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    String json = Files.readString(root.resolve("run/sobre/slurm/node.json"));
    assertThat(JsonObject.parse(json).bool("registersItself")).contains(itself);
  }

  @Test
  void aRefusedDescriptionGivesNoGpuAndSaysWhy() {
    verdict = new Verdict(Outcome.REFUSED, "slurmd -G: duplicate device file");
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).doesNotContain("rtx_4090");
    assertThat(err.toString()).contains("slurmd -G: duplicate device file");
  }

  @Test
  void gresPrintsTheFragmentAndNamesTheLostCard() {
    assertThat(run("gres")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .endsWith(
            "\nName=gpu Type=nvidia_geforce_rtx_4090 File=/dev/nvidia0 Flags=nvidia_gpu_env\n");
    assertThat(err.toString())
        .startsWith("sobre: GPU 0000:02:00.0 is not given to Slurm: ")
        .hasLineCount(1);
  }

  @Test
  void gresHasAFormatForEachReader() {
    assertThat(run("gres", "--format", "slurmd")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .startsWith("Gres=gpu:nvidia_geforce_rtx_4090:1 Feature=vram_ge_2g,")
        .contains("vram_ge_24g,", "gpu_family_ada");
    assertThat(run("gres", "--format", "slurm.conf")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("AccountingStorageTRES=gres/gpu,gres/gpu:nvidia_geforce_rtx_4090");
  }

  @Test
  void gresNamesTheFormatsWhenOneIsMistyped() {
    assertThat(run("gres", "--format", "slurmconf")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("expected one of gres.conf, slurmd, node, slurm.conf, json, found \"slurmconf\"");
  }

  @Test
  void aBootPublishesAndRegisters() throws IOException {
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).startsWith("n042: gpu:nvidia_geforce_rtx_4090:1; written to ");
    assertThat(Files.readString(published("slurmd.env")))
        .startsWith("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817 --conf 'Gres=gpu:");
    assertThat(Files.readString(published("node.json"))).contains("\"slurmVersion\" : \"22.05.8\"");

    assertThat(run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("Slurm does not know n042 yet: slurmd will create it");
    record = Optional.of(RECORD);
    assertThat(run("node", "register", "--after-slurmd")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("1 of 2 GPUs is missing", "set on n042: {Comment=sobre=");
  }

  @Test
  void whatTheBusShowsAndWhatDoesNotWorkIsMissed() throws IOException {
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(err.toString()).contains("sobre: missing since ", "at 0000:02:00.0");
    assertThat(Files.readString(published("node.json"))).contains("\"missing\" : [ {");
  }

  @Test
  void slurmdFindsAFragmentAndItsOptionsWhateverBecomesOfTheScan() throws IOException {
    Files.delete(root.resolve("proc/sys/kernel/random/boot_id"));
    assertThat(run("node", "publish")).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(published("gres.conf")).exists().isEmptyFile();
    assertThat(Files.readString(published("slurmd.env")))
        .isEqualTo("SLURMD_OPTIONS=\"-Z --conf-server ctl:6817\"\n");
  }

  @Test
  void aControllerThatIsAwayIsToBeAskedAgainOnceSlurmdRuns() {
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    record = Optional.of("");
    assertThat(run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(run("node", "register", "--after-slurmd")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString()).contains("did not answer");
  }

  @Test
  void registeringBeforePublishingSaysWhatToDo() {
    assertThat(run("node", "register")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).contains("node.json is not there: run `sobre node publish` first");
  }

  @Test
  void aDamagedDocumentIsNamed() throws IOException {
    write("run/sobre/slurm/node.json", "{\"v\":1,");
    assertThat(run("node", "register")).isEqualTo(ExitCode.BAD_DATA);
    assertThat(err.toString()).contains("node.json: not valid JSON", "run `sobre node publish`");
  }

  @Test
  void aStationIsPublishedForItsDaemonAndHasNothingToRegister() throws IOException {
    write("sobre.yaml", "schema: sobre/1\n");
    assertThat(run("node", "publish")).isEqualTo(ExitCode.DONE);
    assertThat(published("node.json")).exists();
    assertThat(published("slurmd.env")).doesNotExist();

    assertThat(run("node", "register")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .isEqualTo("a station: slurm.controller is not set, nothing to register\n");
  }

  private int run(String... arguments) {
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
    if (type == NodePublishCommand.class) {
      return type.cast(
          new NodePublishCommand(
              config -> scans.apply(config)::scan,
              this::tool,
              new SysRoot(root),
              directory,
              described -> verdict));
    }
    if (type == NodeRegisterCommand.class) {
      return type.cast(new NodeRegisterCommand(this::tool, new SysRoot(root), directory));
    }
    return CommandLine.defaultFactory().create(type);
  }

  private ToolResult tool(
      List<String> command, Map<String, String> environment, Duration deadline) {
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
    return record.get().isEmpty()
        ? new ToolResult(
            command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", Duration.ofSeconds(3))
        : exited(command, 0, command.contains("show") ? record.get() : "");
  }

  private static ToolResult exited(List<String> command, int status, String stdout) {
    return new ToolResult(
        command, Ending.EXITED, OptionalInt.of(status), stdout, "", Duration.ofMillis(5));
  }

  private Path published(String name) {
    return root.resolve("run/sobre/slurm").resolve(name);
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
