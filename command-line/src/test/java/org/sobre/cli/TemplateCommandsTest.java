package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.message.Language;
import picocli.CommandLine;

/** The templates as they are asked for. */
class TemplateCommandsTest {

  private static final String SHARE = "sobre.share";
  private static final String HOME = "user.home";

  @TempDir private Path directory;

  private final Locale language = Locale.getDefault(Locale.Category.DISPLAY);
  private final String home = System.getProperty(HOME);
  private ByteArrayOutputStream out = new ByteArrayOutputStream();
  private ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void theShippedTemplates() throws IOException {
    Path templates = Files.createDirectories(directory.resolve("share/templates"));
    for (String name : List.of("sd-infer", "cpu-infer", "array")) {
      Files.copy(
          Path.of("..", "job-templates", name + ".sbatch"), templates.resolve(name + ".sbatch"));
    }
    Files.writeString(
        directory.resolve("sobre.yaml"), "schema: sobre/1\nslurm: {controller: ctl}\n");
    System.setProperty(SHARE, directory.resolve("share").toString());
    System.setProperty(HOME, directory.resolve("home").toString());
    Language.ENGLISH.speak();
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(SHARE);
    System.setProperty(HOME, home);
    Locale.setDefault(Locale.Category.DISPLAY, language);
  }

  @Test
  void listsWhatEachIsForAndAsksFor() throws Exception {
    assertThat(sobre("template", "list")).isZero();
    assertThat(said().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .element(0)
        .isEqualTo("TEMPLATE|GPUS|FOR");
    assertThat(said().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .anyMatch(line -> line.startsWith("cpu-infer|-|Inference on processors"))
        .anyMatch(line -> line.startsWith("sd-infer|gpu:1|Stable Diffusion 2.1: many"))
        .hasSize(4);

    assertThat(sobre("template", "list", "--format", "json")).isZero();
    List<JsonObject> templates = JsonObject.parse(said()).objects("templates");
    assertThat(templates).hasSize(3);
    assertThat(templates.get(0).keys())
        .containsExactly("name", "title", "gres", "constraint", "array", "profile", "file");
    assertThat(templates.get(1).keys()).containsExactly("name", "title", "file");
    assertThat(templates.get(2).requiredString("profile")).isEqualTo("sd21-infer");
  }

  @Test
  void aPersonsOwnIsFoundBeforeTheShippedOne() throws IOException {
    Path own = Files.createDirectories(directory.resolve("home/.config/sobre/templates"));
    Files.writeString(own.resolve("sd-infer.sbatch"), "#!/bin/bash\n# Mine.\n");
    assertThat(sobre("template", "show", "sd-infer")).isZero();
    assertThat(said()).isEqualTo("#!/bin/bash\n# Mine.\n");
  }

  @Test
  void showsTheFileAsItIs() throws IOException {
    assertThat(sobre("template", "show", "cpu-infer")).isZero();
    assertThat(said())
        .isEqualTo(Files.readString(Path.of("..", "job-templates", "cpu-infer.sbatch")));
  }

  @Test
  void aWrongNameIsAnsweredWithTheNearestOneInBothLanguages() {
    assertThat(sobre("template", "show", "sd-infr")).isEqualTo(ExitCode.USAGE);
    assertThat(complained())
        .startsWith("sobre: no template \"sd-infr\" in ")
        .contains("did you mean \"sd-infer\"?");
    assertThat(sobre("template", "new", "word2vec")).isEqualTo(ExitCode.USAGE);
    assertThat(complained()).doesNotContain("did you mean");
    Language.FRENCH.speak();
    assertThat(sobre("template", "show", "sd-infr")).isEqualTo(ExitCode.USAGE);
    assertThat(complained()).contains("vouliez-vous dire « sd-infer » ?");
  }

  @Test
  void copiesOneWithTheLabThatPaysAndSaysHowToSubmitIt() throws IOException {
    Path file = directory.resolve("mine.sbatch");
    assertThat(
            sobre(
                "template",
                "new",
                "sd-infer",
                file.toString(),
                "--account=lab1",
                "--output=logs/%j.out"))
        .isZero();
    assertThat(said()).startsWith("wrote " + file).endsWith("\n  sbatch " + file + "\n");
    String shipped = Files.readString(Path.of("..", "job-templates", "sd-infer.sbatch"));
    assertThat(Files.readString(file))
        .isEqualTo(
            shipped
                .replace("#SBATCH --job-name", "#SBATCH --account=lab1\n#SBATCH --job-name")
                .replace("--output=%x-%j.out", "--output=logs/%j.out"));
  }

  @Test
  void withoutALabItIsRemindedOf() {
    assertThat(sobre("template", "new", "sd-infer", directory.toString())).isZero();
    assertThat(said())
        .endsWith("  sbatch --account=YOUR_LAB " + directory.resolve("sd-infer.sbatch") + "\n");
  }

  @Test
  void aFileThatIsThereIsWrittenOverOnlyByForce() throws IOException {
    Path file = Files.writeString(directory.resolve("it's mine.sbatch"), "x".repeat(1 << 16));
    assertThat(sobre("template", "new", "sd-infer", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(complained()).contains(file + " is there already").contains("--force");
    assertThat(file).hasSize(1 << 16);
    assertThat(sobre("template", "new", "sd-infer", file.toString(), "--force")).isZero();
    assertThat(said()).contains("'\\''s mine.sbatch'\n");
    assertThat(file).hasSameTextualContentAs(Path.of("..", "job-templates", "sd-infer.sbatch"));
  }

  @Test
  void saysWhatCannotBeWritten() {
    Path file = directory.resolve("absent").resolve("a.sbatch");
    assertThat(sobre("template", "new", "sd-infer", file.toString()))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(complained()).contains("expected the directory " + directory.resolve("absent"));
    assertThat(sobre("template", "new", "sd-infer", "--account", "a lab"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(complained()).contains("--account: expected").contains("found \"a lab\"");
  }

  @Test
  void withoutSlurmItIsRunAndNotSubmitted() {
    Path file = directory.resolve("mine.sbatch");
    CommandLine alone = new CommandLine(new TemplateNewCommand(Map.of("PATH", "/nowhere")));
    alone.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    assertThat(alone.execute("sd-infer", file.toString())).isZero();
    assertThat(said())
        .startsWith("wrote " + file + ": ")
        .contains("there is no Slurm here")
        .endsWith("\n  bash " + file + "\n");
  }

  /** The machine of the test may have no sbatch: what it is a node of tells. */
  private int sobre(String... arguments) {
    out = new ByteArrayOutputStream();
    err = new ByteArrayOutputStream();
    CommandLine line = SobreCommand.commandLine();
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    return Main.run(
        line,
        Stream.concat(
                Stream.of("--config", directory.resolve("sobre.yaml").toString()),
                Arrays.stream(arguments))
            .toArray(String[]::new));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
