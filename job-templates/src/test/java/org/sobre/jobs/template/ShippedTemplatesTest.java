package org.sobre.jobs.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.slurm.gres.FeatureLadder;

/** What holds for every batch file beside this module's pom.xml; shellcheck is test.sh's. */
class ShippedTemplatesTest {

  private static final TemplateCatalog SHIPPED = new TemplateCatalog(List.of(Path.of("")));
  private static final ProfileCatalog PROFILES =
      new ProfileCatalog(List.of(Path.of("..", "conf", "profiles")));

  /** Asks for any card on purpose: what does not fit ends with 69 and says what would. */
  private static final String ANY_CARD = "llm-finetune";

  private static final Pattern EXEC = Pattern.compile("\nexec sobre (run|infer|finetune) ");
  private static final Pattern PLACEHOLDER =
      Pattern.compile("(.)[-_a-z=]*\\{(batch_size|accumulation|gpus)}(.)");
  private static final Pattern PYTHON =
      Pattern.compile("\nprogram=\\$\\(\n  cat <<'PYTHON'\n(.*\n)PYTHON\n\\)\n", Pattern.DOTALL);

  static Stream<Path> files() throws IOException {
    return SHIPPED.list().values().stream();
  }

  @Test
  void theNamesAreAContract() throws IOException {
    assertThat(SHIPPED.list())
        .containsOnlyKeys(
            "array",
            "cpu-infer",
            "llm-finetune",
            "llm-lora-finetune",
            "multi-gpu-torchrun",
            "sd-bench",
            "sd-finetune",
            "sd-infer");
  }

  @ParameterizedTest
  @MethodSource("files")
  void beginsWithATitleWhatItNeedsAndHowItIsSubmitted(Path file) throws IOException {
    BatchTemplate template = TemplateCatalog.read(file);
    assertThat(template.text()).startsWith("#!/bin/bash\n# ");
    assertThat(template.title().orElseThrow()).endsWith(".").hasSizeLessThan(90);
    assertThat(template.text())
        .contains("\n# Needs: ")
        .containsPattern("\n# Submit it (from there )?with: {2}sbatch --account=YOUR_LAB .*sbatch");
    assertThat(template.text().substring(template.text().indexOf("\n# Submit it")).lines().skip(1))
        .first()
        .asString()
        .contains(" " + template.name() + ".sbatch");
    assertThat(template.text().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(125));
  }

  /**
   * What the wrapper is called with, by a task of the array over ten prompts; by no array at all.
   */
  @ParameterizedTest
  @CsvSource({"0, 3, , 3 0 4", "3, 3, , 2 3 4", "2, 2, 4, 2 2 4", "9, 9, , 1 9 10", ", , , 10 0 1"})
  void aTaskDoneAgainDoesItsOwnPartOfTheList(
      String task, String highest, String tasks, String expected, @TempDir Path directory)
      throws IOException, InterruptedException {
    Path prompts = Files.writeString(directory.resolve("prompts.txt"), "a prompt\n".repeat(10));
    Path sobre = directory.resolve("sobre");
    Files.writeString(sobre, "#!/bin/sh\necho \"$5 ${13} ${14}\"\n");
    Files.setPosixFilePermissions(sobre, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder bash = new ProcessBuilder("bash", "array.sbatch").redirectErrorStream(true);
    Map<String, String> environment = bash.environment();
    environment.put("PATH", directory + ":" + environment.get("PATH"));
    environment.put("PROMPTS", prompts.toString());
    if (task != null) {
      environment.put("SLURM_ARRAY_JOB_ID", "1");
      environment.put("SLURM_ARRAY_TASK_ID", task);
      environment.put("SLURM_ARRAY_TASK_MAX", highest);
    }
    if (tasks != null) {
      environment.put("TASKS", tasks);
    }
    Process process = bash.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(said).isEqualTo(expected + "\n");
  }

  @ParameterizedTest
  @MethodSource("files")
  void isNamedBoundedInTimeAndKeepsItsOutputApart(Path file) throws IOException {
    BatchTemplate template = TemplateCatalog.read(file);
    assertThat(template.option("job-name")).hasValue(template.name());
    assertThat(template.option("time").orElseThrow()).matches("\\d\\d:00:00");
    assertThat(template.option("output").orElseThrow())
        .isEqualTo(template.option("array").isPresent() ? "%x-%A_%a.out" : "%x-%j.out");
    assertThat(template.option("account")).as("every lab has its own").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void endsInExecSobreSoThatNoShellStandsBetween(Path file) throws IOException {
    String text = TemplateCatalog.read(file).text();
    Matcher exec = EXEC.matcher(text);
    assertThat(exec.find()).isTrue();
    String last = text.substring(exec.end());
    assertThat(EXEC.matcher(last).find()).as("one exec").isFalse();
    String command = PYTHON.matcher(last).replaceAll("");
    assertThat(command.stripTrailing().replace("\\\n", "")).as("one command").doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("files")
  void asksForTheSmallestCardThatItsProfileFits(Path file) throws Exception {
    BatchTemplate template = TemplateCatalog.read(file);
    Optional<String> name = template.profile();
    assertThat(template.text().contains("{batch_size}\"")).isEqualTo(name.isPresent());
    if (name.isEmpty()) {
      assertThat(template.option("constraint")).isEmpty();
      return;
    }
    ModelProfile profile = PROFILES.load(name.get());
    assertThat(template.option("gres")).hasValue("gpu:1");
    assertThat(template.text()).contains("exec sobre " + profile.task().yamlName() + " --profile");
    assertThat(template.text().contains("{accumulation}\""))
        .isEqualTo(profile.options().accumulation().isPresent());
    if (template.name().equals(ANY_CARD)) {
      assertThat(template.option("constraint")).hasValue("gpu_vendor_nvidia");
    } else {
      int gigabytes =
          new BatchPlanner(FeatureLadder.GIGABYTES).smallestClass(profile, false).orElseThrow();
      List<String> features = new ArrayList<>(List.of("vram_ge_" + gigabytes + "g"));
      profile
          .requires()
          .minComputeCapability()
          // a card of AMD has none: a profile for both names the feature in a comment
          .filter(least -> !profile.requires().vendors().contains(GpuVendor.AMD))
          .map(least -> "gpu_cc_ge_" + least.toString().replace('.', '_'))
          .or(
              () ->
                  profile.requires().vendors().equals(List.of(GpuVendor.NVIDIA))
                      ? Optional.of("gpu_vendor_nvidia")
                      : Optional.empty())
          .ifPresent(features::add);
      assertThat(template.option("constraint")).hasValue(String.join("&", features));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aPlaceholderOfACommandIsQuoted(Path file) throws IOException {
    String text = TemplateCatalog.read(file).text();
    Matcher placeholder = PLACEHOLDER.matcher(text.substring(text.lastIndexOf("\nexec sobre ")));
    while (placeholder.find()) {
      assertThat(placeholder.group(1) + placeholder.group(3))
          .as(placeholder.group())
          .isEqualTo("\"\"");
    }
  }

  /** A second start would find nothing there, do nothing, and end with 0. */
  @ParameterizedTest
  @MethodSource("files")
  void noProgramIsReadFromStandardInput(Path file) throws IOException {
    String text = TemplateCatalog.read(file).text();
    String command = text.substring(text.lastIndexOf("\nexec sobre "));
    assertThat(command).doesNotContain("<<", "python3 - ");
    if (text.contains("<<'PYTHON'")) {
      assertThat(PYTHON.matcher(text).find()).isTrue();
      assertThat(command).contains("python3 -c \"$program\" ");
    }
  }

  /** Sobre would fill it in, and the program would be another. */
  @ParameterizedTest
  @MethodSource("files")
  void theProgramInItIsPythonWithoutPlaceholders(Path file) throws Exception {
    Matcher python = PYTHON.matcher(TemplateCatalog.read(file).text());
    if (!python.find()) {
      return;
    }
    assertThat(python.group(1))
        .doesNotContain("{batch_size}", "{accumulation}", "{gpus}", "{resume}");
    assumeThat(Path.of("/usr/bin/python3")).isExecutable();
    Process compiler =
        new ProcessBuilder(
                "/usr/bin/python3", "-c", "import sys; compile(sys.stdin.read(), '-', 'exec')")
            .redirectErrorStream(true)
            .start();
    try (var stdin = compiler.outputWriter()) {
      stdin.write(python.group(1));
    }
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(compiler.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(compiler.exitValue()).as(said).isZero();
  }

  /** The packages ship what lies here: a template elsewhere would be forgotten. */
  @Test
  void areInstalledByTheStagingScript() throws IOException {
    assertThat(Files.readString(Path.of("..", "packaging", "stage.sh")))
        .contains("share/templates \"$top\"/job-templates/*.sbatch");
  }
}
