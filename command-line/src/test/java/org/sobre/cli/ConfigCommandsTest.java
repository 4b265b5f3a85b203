package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import picocli.CommandLine;

/** {@code sobre config}. */
class ConfigCommandsTest {

  private static final String WRONG =
      """
      schema: sobre/1
      slurm: {controller: "ctl:99999"}
      meters: {intervall: 1s}
      nodes:
        - match: "r410-*"
          set: {discovery: {offerFromMiB: 2 GiB}}
      privacy: {retention: 24mo}
      """;

  @TempDir Path directory;
  private final Locale before = Locale.getDefault(Locale.Category.DISPLAY);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void shareNothing() throws IOException {
    Files.createDirectories(directory.resolve("share/profiles"));
    System.setProperty("sobre.share", directory.resolve("share").toString());
  }

  @AfterEach
  void restore() {
    System.clearProperty("sobre.share");
    Locale.setDefault(Locale.Category.DISPLAY, before);
  }

  @Test
  void allProblemsOfAllDocumentsAtOnce() throws IOException {
    write("share/factors.yaml", "schema: sobre-factors/1\npue: {value: 1.3}\n");
    write("share/profiles/p.yaml", "schema: sobre-profile/1\nname: p\n");
    Path file = write("sobre.yaml", WRONG);

    assertThat(run("config", "check", "--config", file.toString()))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);

    String share = directory.resolve("share").toString();
    assertThat(out.toString())
        .contains(
            file + ":2:9: slurm.controller: expected host:port or the host alone, as ctl:6817",
            file + ":3:10: meters.intervall: unknown key; did you mean \"interval\"?",
            file + ":6:23: nodes[0].set.discovery.offerFromMiB: expected a whole number",
            share + "/factors.yaml:2:6: pue.source: this key is required and missing",
            share + "/profiles/p.yaml:1:1: task: this key is required and missing")
        .containsPattern("(?m)^Verdict: \\d+ problems; documents read: \\d+\\.$");
    assertThat(err.toString()).isEmpty();
  }

  /** Its author vouches for every batch, and may not know it. */
  @Test
  void aLineThatDoesNotSayHowFarItWasSeenIsRemarkedOn() throws IOException {
    String line =
        """
        schema: sobre-profile/1
        name: p
        task: infer
        unit: image
        variants:
          - name: v
            memory: {basis: measured, source: me, fixedMiB: 10, perItemMiB: 5}
        """;
    Path profile = write("share/profiles/p.yaml", line);
    Path file = write("sobre.yaml", "schema: sobre/1\n");
    String note = profile + ":7:57: note: variants[0].memory.perItemMiB: no measuredTo";
    assertThat(run("config", "check", "--config", file.toString())).isZero();
    assertThat(out.toString()).contains(note);
    out.getBuffer().setLength(0);
    write("share/profiles/p.yaml", line.replace("perItemMiB: 5", "perItemMiB: 5, measuredTo: 4"));
    assertThat(run("config", "check", "--config", file.toString())).isZero();
    assertThat(out.toString()).doesNotContain(note);
  }

  @Test
  void aStationIsToldThatItIsOne() throws IOException {
    Path file = write("sobre.yaml", "schema: sobre/1\n");
    assertThat(run("config", "check", "--config", file.toString())).isZero();
    assertThat(out.toString())
        .startsWith("note: slurm.controller is not set: a machine with this configuration is a")
        .containsPattern(file + " +sobre/1 +no problem\n")
        .contains("Verdict: no problem; documents read: ");
  }

  /** The file may be right on another machine: no problem of the document. */
  @Test
  void aToolThatIsNotOnThisMachineIsRemarkedOn() throws IOException {
    Path file =
        write(
            "sobre.yaml",
            "schema: sobre/1\ndiscovery: {tools: {amdSmi: /no/amd-smi, rocmSmi: no-such-smi}}\n");
    assertThat(run("config", "check", "--config", file.toString())).isZero();
    assertThat(out.toString())
        .contains(
            file
                + ":2:21: note: discovery.tools.amdSmi: expected a program that can be run,"
                + " found no file /no/amd-smi;",
            file
                + ":2:42: note: discovery.tools.rocmSmi: expected a program that can be run,"
                + " found no no-such-smi on PATH;");
    out.getBuffer().setLength(0);
    run("config", "check", "--host", "another", "--config", file.toString());
    assertThat(out.toString()).doesNotContain("amdSmi");
  }

  @Test
  void theGpuCatalogueIsChecked() throws IOException {
    Path file = write("sobre.yaml", "schema: sobre/1\n");
    write(
        "share/gpu-catalog.yaml",
        "models:\n  - {vendor: nvidia, model: T4, tdpWatts: {value: 70}}\n");
    assertThat(run("config", "check", "--config", file.toString()))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(out.toString())
        .contains("gpu-catalog.yaml:2:43: models[0].tdpWatts.source: this key is required")
        .contains("sobre-gpu-catalog/1");
  }

  @Test
  void programsGetEveryProblemWithItsPlace() throws IOException, JsonShapeException {
    Path file = write("sobre.yaml", WRONG);
    run("config", "check", "--format", "json", "--host", "r410-3", "--config", file.toString());
    JsonObject json = JsonObject.parse(out.toString());
    assertThat(json.keys())
        .containsExactly("host", "overrides", "documents", "problems", "remarks", "notes");
    JsonObject problem = json.objects("problems").get(0);
    assertThat(problem.string("file")).contains(file.toString());
    assertThat(problem.integer("line")).hasValue(2);
    assertThat(problem.integer("column")).hasValue(9);
    assertThat(problem.string("key")).contains("slurm.controller");
    assertThat(problem.string("message")).hasValueSatisfying(m -> assertThat(m).startsWith("exp"));
    assertThat(json.objects("problems")).hasSize(3);
    assertThat(json.strings("overrides")).containsExactly("nodes[0]");
  }

  @Test
  void whatCannotBeReadIsListed() throws IOException {
    Path file = write("sobre.yaml", "schema: sobre/1\n");
    Files.createDirectories(directory.resolve("share/factors.yaml"));
    assertThat(run("config", "check", "--config", file.toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(out.toString()).contains("factors.yaml, found a directory");
    assertThat(run("config", "check", "--config", "/no/such.yaml"))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(out.toString())
        .contains("expected the file /no/such.yaml, found none")
        .containsPattern(
            "no problem; documents read: \\d+; not read: /no/such.yaml, .*factors.yaml\\.");
  }

  @Test
  void aFileWithoutPermissionIsListed() throws IOException {
    Path file = write("sobre.yaml", "schema: sobre/1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(file), "root reads everything");
    assertThat(run("config", "check", "--config", file.toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(out.toString()).contains("expected to open " + file + ", found no permission");
  }

  @Test
  void showsWhatAHostReadsAndWhereItIsFrom() throws IOException {
    Path file =
        write(
            "sobre.yaml",
            """
            schema: sobre/1
            slurm: {controller: "ctl:6817"}
            discovery: {offerFromMiB: 4096, deadline: 5s}
            nodes:
              - {match: "r410-*", set: {discovery: {offerFromMiB: 2048}}}
            """);
    assertThat(run("config", "show", "--host", "r410-07.example", "--config", file.toString()))
        .isZero();
    assertThat(out.toString())
        .startsWith("# " + file + ", as host r410-07 reads it\nschema: sobre/1")
        .containsPattern("controller: \"ctl:6817\" +# slurm.controller, " + file + ":2\n")
        .containsPattern(
            "offerFromMiB: 2048 +# nodes\\[0].set.discovery.offerFromMiB, " + file + ":5\n")
        .containsPattern("deadline: 5s +# discovery.deadline, " + file + ":3\n")
        .doesNotContainPattern("(?m)^nodes:");
  }

  @Test
  void showRefusesWhatHasProblems() throws IOException {
    Path file = write("sobre.yaml", WRONG);
    assertThat(run("config", "show", "--config", file.toString()))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(err.toString()).contains("sobre: " + file + ":2:9: slurm.controller");
  }

  @Test
  void theLanguageConfiguredIsSpoken() throws IOException {
    Path file = write("sobre.yaml", "schema: sobre/1\nlanguage: fr\ndiscovry: {}\nmeters: 4\n");
    assertThat(run("config", "check", "--config", file.toString()))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(out.toString())
        .contains(":3:1: discovry: clé inconnue ; vouliez-vous dire « discovery » ?")
        .contains(":4:1: meters: attendu : des clés et leurs valeurs ; trouvé : « 4 »")
        .contains("Verdict : 2 problèmes ; documents lus : ");
  }

  @Test
  void accentsSurviveThePosixLocaleOfABatchJob() throws IOException, InterruptedException {
    Path file = write("sobre.yaml", "schema: sobre/1\nlanguage: fr\ndiscovry: {}\n");
    ProcessBuilder sobre =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            "-Dsobre.share=" + directory.resolve("share"),
            "org.sobre.cli.Main",
            "discover",
            "--config",
            file.toString());
    Map<String, String> environment = sobre.environment();
    List.of("LANG", "LC_CTYPE", "LC_MESSAGES").forEach(environment::remove);
    environment.put("LC_ALL", "POSIX");
    Process process = sobre.start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(said).contains("discovry: clé inconnue ; vouliez-vous dire « discovery » ?");
  }

  private int run(String... args) {
    CommandLine line = SobreCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return Main.run(line, args);
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(directory);
    return Files.writeString(file, text);
  }
}
