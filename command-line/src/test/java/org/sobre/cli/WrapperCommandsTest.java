package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.message.Language;
import picocli.CommandLine;

/** The wrappers and the profiles as they are typed. */
class WrapperCommandsTest {

  private static final String SHARE = "sobre.share";

  @TempDir private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void theShippedProfiles() {
    System.setProperty(SHARE, Path.of("..", "conf").toString());
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(SHARE);
  }

  @Test
  void theWordsAfterTheCommandAreItsOwn() {
    assertThat(sobre("run", "--dry-run", "--", "prog", "--quiet", "--", "@x", "--help")).isZero();
    assertThat(said()).contains("sobre: runs    prog --quiet -- @x --help\n");
    assertThat(sobre("run", "--dry-run", "prog", "--items", "many")).isZero();
    assertThat(said()).contains("sobre: runs    prog --items many\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run|Missing required parameter",
        "run -x|Unknown option: '-x'",
        "finetune --profil x -- true|Unknown option: '--profil'",
        "finetune --profil x -- true|Did you mean \"--profile\"?",
        "finetune --dry -- true|Did you mean \"--dry-run\"?",
        "infer true|--profile",
        "finetune --profile sd21-infer -- true|is for sobre infer, and this is sobre finetune",
        "infer --profile sd21-infr -- true|did you mean \"sd21-infer\"?",
        "run --items -1 -- true|--items: expected a number from 0, found -1",
        "run --account a/b -- true|--account: expected 1 to 64 letters",
        "run --items -1 -- true|Try 'sobre run --help'",
        "run --itens 1 -- true|Try 'sobre run --help'"
      })
  void wrongUsageIsTwo(String typed, String message) {
    assertThat(sobre(typed.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(complained()).contains(message);
  }

  @Test
  void aWrongProfileIsBadConfigurationWithLineAndColumn() throws IOException {
    String shipped = Files.readString(Path.of("..", "conf", "profiles", "sd21-infer.yaml"));
    Path own =
        Files.writeString(
            directory.resolve("own.yaml"), shipped.replace("\nvariants:", "\nvariant:"));
    assertThat(sobre("run", "--profile", own.toString(), "--", "true"))
        .isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(complained())
        .contains(own + ":")
        .containsPattern(":\\d+:1: variant: unknown key; did you mean \"variants\"\\?");
  }

  /** Whoever named it made a mistake; the site's own file is only warned of. */
  @ParameterizedTest
  @CsvSource({"run, true", "run --profile sd21-infer, true"})
  void aConfigurationThatIsNamedAndNotThereIsAnError(String wrapper, String command) {
    String typed = wrapper + " --config " + directory.resolve("none.yaml") + " -- " + command;
    assertThat(sobre(typed.split(" ", -1))).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(complained())
        .isEqualTo("sobre: expected the file " + directory.resolve("none.yaml") + ", found none\n");
  }

  /** Of those, too, that need nothing of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "profile list",
        "profile show sd21-infer",
        "profile forget sd21-infer",
        "profile calibrate sd21-infer -- true {batch_size}",
        "template list",
        "template show sd-infer",
        "template new sd-infer",
        "fit sd21-infer --vram 24GB",
        "policy check",
        "config show",
        "discover",
        "gres",
        "job 1",
        "report",
        "ledger verify",
        "node publish",
        "doctor",
        "health",
        "watch --count 1"
      })
  void noCommandPassesOverAConfigurationThatIsNamedAndNotThere(String command) {
    String none = directory.resolve("none.yaml").toString();
    assertThat(sobre(("--config " + none + " " + command).split(" ", -1)))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(complained()).isEqualTo("sobre: expected the file " + none + ", found none\n");
    assertThat(sobre("--config", none, command.split(" ", -1)[0], "--help")).isZero();
  }

  @Test
  void aProfileInAnotherEncodingIsSaidWithItsLineAndWhatToDo() throws IOException {
    String shipped = Files.readString(Path.of("..", "conf", "profiles", "sd21-infer.yaml"));
    Path own = directory.resolve("latin.yaml");
    Files.writeString(own, "# é\n" + shipped, StandardCharsets.ISO_8859_1);
    assertThat(sobre("profile", "show", own.toString())).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(complained()).contains(own + ":", "in line 1", "iconv -f LATIN1 -t UTF-8");
  }

  @Test
  void aDryRunForPrograms() throws Exception {
    assertThat(sobre("run", "--dry-run", "--format=json", "--", "echo", "a b")).isZero();
    JsonObject json = JsonObject.parse(said());
    assertThat(json.requiredInteger("v")).isEqualTo(1);
    assertThat(said().replaceAll("\\s+", " ")).contains("\"a b\"", "\"gpus\" : [ ]");
    assertThat(said()).doesNotContain("\"plan\"");
    assertThat(sobre("run", "--format=json", "--", "true")).isEqualTo(ExitCode.USAGE);
    assertThat(complained()).contains("only with --dry-run");
  }

  @Test
  void whatIsRememberedIsToldAndForgotten() throws Exception {
    Path files = Files.createDirectories(directory.resolve("state/sobre/calibration"));
    String key =
        "\"profile\":\"sd21-finetune\",\"variant\":\"full\",\"key\":\"k\",\"arch\":\"cc 8.9\"";
    Files.writeString(
        files.resolve("n.jsonl"),
        "{\"v\":1,\"kind\":\"ceiling\","
            + key
            + ",\"batch\":9,\"budgetMiB\":24000,"
            + "\"signature\":\"CUDA out of memory\",\"at\":\"2026-11-20T10:00:00Z\"}\n"
            + "{\"v\":1,\"kind\":\"point\","
            + key
            + ",\"batch\":8,\"budgetMiB\":24000,"
            + "\"peakMiB\":20000,\"at\":\"2026-11-21T10:00:00Z\"}\n");
    Map<String, String> own = Map.of("XDG_STATE_HOME", directory.resolve("state").toString());
    List<String> forget = List.of("profile", "forget", "sd21-finetune");
    assertThat(apart(own, "profile", "forget", "sd21-finetune", "--dry-run")).isZero();
    String known =
        """
          2026-11-20  cc 8.9  full: batch 9 ran out of 25.2 GB
          2026-11-21  cc 8.9  full: batch 8 took 21.0 GB of 25.2 GB
        """;
    assertThat(directory.resolve("out"))
        .hasContent("sd21-finetune: 2 lines are remembered\n" + known);
    assertThat(apart(own, forget.toArray(String[]::new))).isZero();
    assertThat(directory.resolve("out"))
        .hasContent("sd21-finetune: 2 lines are forgotten\n" + known);
    assertThat(apart(own, forget.toArray(String[]::new))).isZero();
    assertThat(directory.resolve("out")).hasContent("sd21-finetune: nothing is remembered\n");
    assertThat(apart(own, "profile", "forget", "nobodys")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aProfilesFileThatIsNotThereIsNamed() {
    assertThat(sobre("profile", "show", "./none.yaml")).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(complained()).isEqualTo("sobre: expected the file ./none.yaml, found none\n");
  }

  @Test
  void listsEveryProfileWithTheSmallestCard() {
    assertThat(sobre("profile", "list")).isZero();
    assertThat(said().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .anyMatch(line -> line.startsWith("sd21-finetune|finetune|image|24 GB|16 GB|"))
        .anyMatch(line -> line.startsWith("t0-3b-finetune|finetune|sequence|64 GB|20 GB|"));
  }

  @Test
  void showsTheSourceOfEveryNumberAndTheBatchOfEachCard() {
    assertThat(sobre("profile", "show", "sd21-finetune")).isZero();
    assertThat(said().lines().map(String::strip).map(line -> line.replaceAll(" {2,}", "|")))
        .contains("memory: batch 1 on a card of 24 GB, batch 128 on a card of 96 GB")
        .anyMatch(line -> line.startsWith("published, by huggingface/diffusers"))
        .contains("16 GB|1|128|eight-bit (--allow-reduced)", "24 GB|1|128|full")
        .contains("96 GB|128|1|full");
  }

  @Test
  void showsWhatIsKnownBesideTheNumbers() {
    assertThat(sobre("profile", "show", "sd15-finetune")).isZero();
    assertThat(sobre("profile", "show", "sd15-infer")).isZero();
    assertThat(sobre("profile", "show", "sd21-finetune")).isZero();
    assertThat(said().lines().map(String::strip))
        .contains(
            "batch 1 ran out of memory on a card of 24 GB: huggingface/diffusers, issue 3094: RTX"
                + " 3090, xformers",
            "memory: 2614 MiB and 905 MiB an item; seen up to batch 1",
            "and 512 MiB beside, for the context of the process",
            "batch 1: measured, by the site's talk on its GPU pool: 16 GB only with tricks that"
                + " cost quality");
  }

  @Test
  void showsAProfileInFrench() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    try {
      Language.FRENCH.speak();
      assertThat(sobre("profile", "show", "sd21-finetune")).isZero();
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
    assertThat(said().lines())
        .contains(
            "  lot effectif de 128, par accumulation",
            "  mémoire : lot de 1 sur une carte de 24 Go, lot de 128 sur une carte de 96 Go")
        .anyMatch(line -> line.startsWith("  publié, selon huggingface/diffusers"));
  }

  /** In a JVM of its own: the child shares its streams, and its signals are taken over. */
  @Test
  void theStatusAndTheStreamsAreTheCommands() throws Exception {
    assertThat(apart(Map.of(), "run", "--", "sh", "-c", "echo to out; echo to err >&2; exit 3"))
        .isEqualTo(3);
    assertThat(directory.resolve("out")).hasContent("to out\n");
    assertThat(Files.readAllLines(directory.resolve("err")))
        .hasSize(6)
        .contains("to err")
        .last()
        .isEqualTo("sobre: exit    3");
  }

  @Test
  void onAStationWithoutADaemonTheSummarySaysWhatIsMissing() throws Exception {
    assertThat(apart(Map.of(), "run", "--account", "lab1", "--", "true")).isZero();
    assertThat(directory.resolve("err"))
        .content()
        .contains("sobre: energy  none: there is no /nowhere/sobre-monitord to measure with; ");
  }

  @Test
  void onASlurmNodeARunOutsideAJobSaysSo() throws Exception {
    Path config = configure("slurm: {controller: \"ctl:6817\"}\n");
    assertThat(apart(Map.of(), "run", "--config", config.toString(), "--", "true")).isZero();
    assertThat(directory.resolve("err"))
        .content()
        .contains("sobre: energy  none: outside a Slurm job on a Slurm node: ");
    assertThat(
            apart(
                Map.of("JAVA_TOOL_OPTIONS", "-Duser.language=fr -Dfile.encoding=UTF-8"),
                "run",
                "--config",
                config.toString(),
                "--",
                "true"))
        .isZero();
    assertThat(directory.resolve("err"))
        .content(StandardCharsets.UTF_8)
        .contains("sobre: énergie  aucune : hors d'un job Slurm sur un nœud Slurm : ");
  }

  @Test
  void aConfigurationWithProblemsIsAWarningAndStopsNoJob() throws Exception {
    Path config = configure("clustre: x\n");
    assertThat(apart(Map.of(), "run", "--config", config.toString(), "--", "true")).isZero();
    assertThat(directory.resolve("err"))
        .content()
        .startsWith("sobre: warning: " + config + ":2:1: clustre");
  }

  @Test
  void insideAJobTheAccountIsSlurms() throws Exception {
    Map<String, String> job = Map.of("SLURM_JOB_ID", "7");
    assertThat(apart(job, "run", "--account", "lab1", "--", "true")).isEqualTo(ExitCode.USAGE);
    assertThat(directory.resolve("err")).content().contains("sbatch --account=lab1");
  }

  private Path configure(String text) throws IOException {
    return Files.writeString(directory.resolve("sobre.yaml"), "schema: sobre/1\n" + text);
  }

  /** The exit status; outside Slurm and without a daemon unless the environment says else. */
  private int apart(Map<String, String> environment, String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Dsobre.monitord=/nowhere/sobre-monitord",
                "-Dsobre.share=" + Path.of("..", "conf").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.sobre.cli.Main"));
    words.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SLURM_"));
    builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
    builder.environment().putAll(environment);
    Process sobre = builder.start();
    assertThat(sobre.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return sobre.exitValue();
  }

  private int sobre(String... arguments) {
    CommandLine line = SobreCommand.commandLine();
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    return Main.run(line, arguments);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
