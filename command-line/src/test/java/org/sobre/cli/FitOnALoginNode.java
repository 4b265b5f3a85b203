package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.Machine;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.units.MemorySize;
import picocli.CommandLine;

/** {@code sobre fit} as it is typed, on what a real sinfo said. */
abstract class FitOnALoginNode {

  static final String SHARE = "sobre.share";
  static final Path SINFO = Path.of("../slurm-integration/src/test/resources/slurm");
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static final String ONE_CARD = SmallSlurmNode.ONE_CARD;

  private static final GpuCatalogFiles CATALOG =
      new GpuCatalogFiles(Path.of("/no/such/site.yaml"), Path.of("../conf/gpu-catalog.yaml"));

  @TempDir Path root;

  private final Locale language = Locale.getDefault(Locale.Category.DISPLAY);
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  final List<Map<String, String>> environments = new ArrayList<>();

  Ending sinfo = Ending.EXITED;
  int sinfoStatus = 0;
  String listed = "";
  String nvidia = "";

  @BeforeEach
  void aLoginNode() throws IOException {
    System.setProperty(SHARE, Path.of("..", "conf").toString());
    listed = Files.readString(SINFO.resolve("sinfo-idle.txt"));
    write("proc/sys/kernel/hostname", "login\n");
    write("proc/sys/kernel/random/boot_id", "5f0c1c1e-0000-4000-8000-000000000001\n");
    write(
        "sobre.yaml",
        "schema: sobre/1\nslurm: {controller: ctl}\nledger: {directory: " + root + "}\n");
    Language.ENGLISH.speak();
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(SHARE);
    Locale.setDefault(Locale.Category.DISPLAY, language);
  }

  String words() {
    return out.toString().replaceAll("\\s+", " ");
  }

  void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  static void assertMatches(String name, String actual) throws IOException {
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, actual);
    }
    assertThat(actual).as("golden file %s", file).isEqualTo(Files.readString(file));
  }

  int fit(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("fit"));
    all.addAll(List.of(words));
    all.addAll(List.of("--config", root.resolve("sobre.yaml").toString()));
    return Main.run(line(), all.toArray(String[]::new));
  }

  CommandLine line() {
    CommandLine line = new CommandLine(new SobreCommand(), this::create);
    line.addSubcommand(FitCommand.class);
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  private <K> K create(Class<K> type) throws Exception {
    if (type == FitCommand.class) {
      Machine machine =
          new Machine(new CpuTopology("cpu", 1, 1, 1), new MemorySize(1), Optional.empty());
      return type.cast(
          new FitCommand(
              config ->
                  new NodeScan(
                      new SysRoot(root),
                      this::tool,
                      () -> machine,
                      Clock.systemUTC(),
                      config,
                      CATALOG),
              this::tool));
    }
    return CommandLine.defaultFactory().create(type);
  }

  private ToolResult tool(
      List<String> command, Map<String, String> environment, Duration deadline) {
    if (command.get(0).equals("sinfo")) {
      environments.add(environment);
      return new ToolResult(
          command,
          sinfo,
          sinfo == Ending.EXITED ? OptionalInt.of(sinfoStatus) : OptionalInt.empty(),
          listed,
          "",
          Duration.ZERO);
    }
    return new ToolResult(
        command,
        Ending.EXITED,
        OptionalInt.of(nvidia.isEmpty() ? 9 : 0),
        command.contains("-x") ? nvidia : "",
        "",
        Duration.ZERO);
  }
}
