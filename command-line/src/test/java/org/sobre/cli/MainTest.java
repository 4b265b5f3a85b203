package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Exit statuses and messages of what goes wrong before a subcommand has done anything. */
class MainTest {

  @TempDir Path directory;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream realErr = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(realErr);
  }

  @Test
  void allConfigurationProblemsAtOnce() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("sobre.yaml"),
            "discovery:\n  deadine: 3s\n  offerFromMiB: many\nclustre: x\n");
    assertThat(Main.run("discover", "--config", file.toString()))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(err.toString(StandardCharsets.UTF_8).lines().toList())
        .satisfiesExactly(
            one -> assertThat(one).startsWith("sobre: " + file + ":2:3: discovery.deadine: "),
            two -> assertThat(two).startsWith("sobre: " + file + ":3:3: discovery.offerFromMiB"),
            three -> assertThat(three).startsWith("sobre: " + file + ":4:1: clustre"));
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(Main.run("discover", "--config", "/no/such.yaml")).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("sobre: expected the file /no/such.yaml, found none\n");
  }

  @Test
  void aDirectoryThatIsNotThereIsNamedAsSuch() {
    assertThat(Main.run("gres", "--fleet", "/no/such", "--format", "gres.conf"))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("sobre: expected the directory /no/such, found none\n");
  }

  @Test
  void aWrongOptionIsUsage() {
    assertThat(Main.run("discover", "--formt", "json")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "sobre: Unknown option: '--formt', 'json'",
            "Did you mean \"--format\"?",
            "Try 'sobre discover --help'");
  }

  @Test
  void aWordThatIsNoCommandIsUsage() {
    assertThat(Main.run("reprot")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("sobre: Unmatched argument at index 0: 'reprot'")
        .contains("sobre report")
        .endsWith("Try 'sobre --help'\n");
  }

  @Test
  void nothingIsSuggestedWhereNothingIsNear() {
    assertThat(Main.run("frobnicate")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "sobre: Unmatched argument at index 0: 'frobnicate'", "Try 'sobre --help'");
  }

  /** A name that differs from the command's own would build the whole for each call. */
  @Test
  void aCommandIsBuiltAloneWhereItIsNamed() {
    Set<String> names = new HashSet<>(SobreCommand.commandLine().getSubcommands().keySet());
    names.remove("help");
    for (String name : names) {
      assertThat(SobreCommand.commandLineFor("--config", "run", name).getSubcommands())
          .containsOnlyKeys(name);
    }
    assertThat(names).hasSizeGreaterThan(10);
    assertThat(SobreCommand.commandLineFor("--version").getSubcommands()).isEmpty();
    assertThat(SobreCommand.commandLineFor("--help").getSubcommands()).containsKeys("run", "help");
    assertThat(SobreCommand.commandLineFor("help", "run").getSubcommands()).containsKey("run");
    assertThat(SobreCommand.commandLineFor("--config").getSubcommands()).containsKey("run");
  }

  @Test
  void helpIsACommandToo() {
    PrintStream realOut = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      assertThat(Main.run("help", "report")).isZero();
    } finally {
      System.setOut(realOut);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: sobre report ");
  }

  @Test
  void everyHelpHasAnExampleAndASentenceForTheListAboveIt() {
    List<CommandLine> open = new ArrayList<>(List.of(SobreCommand.commandLine()));
    int seen = 0;
    while (!open.isEmpty()) {
      CommandLine command = open.remove(0);
      open.addAll(command.getSubcommands().values());
      seen++;
      String name = command.getCommandSpec().qualifiedName();
      assertThat(command.getUsageMessage()).as(name).containsPattern("(?m)^Examples?\\b.*:$");
      // a list of subcommands shows the first line alone
      assertThat(command.getCommandSpec().usageMessage().description()[0]).as(name).endsWith(".");
    }
    assertThat(seen).isGreaterThan(15);
  }

  /** The streams of this JVM are the test's. */
  private static ProcessBuilder versionInItsOwnJvm() {
    return new ProcessBuilder(
        ProcessHandle.current().info().command().orElse("java"),
        "-cp",
        System.getProperty("java.class.path"),
        "org.sobre.cli.Main",
        "--version");
  }

  @Test
  void outputThatIsLostIsNoSuccess() throws Exception {
    Process sobre = versionInItsOwnJvm().redirectOutput(Path.of("/dev/full").toFile()).start();
    assertThat(sobre.waitFor()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(new String(sobre.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("sobre: standard output could not be written");
  }

  @Test
  void aReaderThatHasHadEnoughIsNoFailure() throws Exception {
    Process sobre = versionInItsOwnJvm().start();
    sobre.getInputStream().close();
    assertThat(sobre.waitFor()).isZero();
    assertThat(sobre.getErrorStream().readAllBytes()).isEmpty();
  }
}
