package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the real script, with nothing but the environment that slurmstepd gives it. */
class TaskPrologTest {

  private static final Path SCRIPT = Path.of("src/main/hooks/task-prolog").toAbsolutePath();

  /** Two cards of NVIDIA, an AMD card with a unique id, and one without. */
  private static final String MIXED =
      """
      v=1
      0 nvidia GPU-aa
      1 nvidia GPU-cc
      2 amd GPU-0123456789abcdef 0
      3 amd 1 1
      complete=1
      """;

  @TempDir private Path directory;
  private Path visible;

  @BeforeEach
  void publishedByAMixedNode() throws IOException {
    visible = directory.resolve("visible");
    Files.writeString(visible, MIXED);
  }

  /**
   * What is held, what Slurm shows, and the words the task gets. Where both vendors are on a node
   * Slurm writes the same numbers into each variable.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1   | 1   | GPU-cc         |                         | one card, as the node counts
          1   | 0   | GPU-cc         |                         | ConstrainDevices counts from 0
          0,1 | 0,1 | GPU-aa,GPU-cc  |                         | both of NVIDIA's
          2   | 2   |                | GPU-0123456789abcdef    | one of AMD's
          2   | 0   |                | GPU-0123456789abcdef    | with ConstrainDevices
          3   | 3   |                | 1                       | one without id, by its number
          3   | 0   |                | 0                       | with ConstrainDevices the only one
          0,2 | 0,2 | GPU-aa         | GPU-0123456789abcdef    | one of each
          1,3 | 3   |                | 1                       | of those, the task bound to AMD's
          0,1 | 1   | GPU-cc         |                         | bound: either reading is the same
          1,3 | 0   | GPU-cc         |                         | bound, counted among those held
          2,3 | 1   |                | 1                       | of those held the second
          """)
  void theTasksCardsAreNamed(String held, String shown, String cuda, String rocr, String why)
      throws IOException {
    Map<String, String> told =
        told(
            run(
                Map.of(
                    "SLURM_JOB_GPUS", held,
                    "CUDA_VISIBLE_DEVICES", shown,
                    "ROCR_VISIBLE_DEVICES", shown,
                    "GPU_DEVICE_ORDINAL", shown,
                    "ZE_AFFINITY_MASK", shown)));
    assertThat(told.get("CUDA_VISIBLE_DEVICES")).as(why).isEqualTo(cuda);
    assertThat(told.get("ROCR_VISIBLE_DEVICES")).as(why).isEqualTo(rocr);
    assertThat(told)
        .containsEntry("GPU_DEVICE_ORDINAL", null)
        .containsEntry("ZE_AFFINITY_MASK", null);
    assertThat(told.get("CUDA_DEVICE_ORDER")).isEqualTo(cuda == null ? null : "PCI_BUS_ID");
  }

  @Test
  void aStepsGpusCountNotItsJobs() throws IOException {
    assertThat(
            told(
                run(
                    Map.of(
                        "SLURM_JOB_GPUS", "0,1",
                        "SLURM_STEP_GPUS", "1",
                        "CUDA_VISIBLE_DEVICES", "1"))))
        .containsEntry("CUDA_VISIBLE_DEVICES", "GPU-cc");
  }

  @Test
  void hipIsToldItsCardsBesideCudas() throws IOException {
    Map<String, String> both = Map.of("SLURM_JOB_GPUS", "0,2", "CUDA_VISIBLE_DEVICES", "0,2");
    assertThat(told(run(both))).containsEntry("HIP_VISIBLE_DEVICES", "0");
  }

  @Test
  void whatTheUserHasOrderedStays() throws IOException {
    assertThat(
            run(
                Map.of(
                    "SLURM_JOB_GPUS", "1",
                    "CUDA_VISIBLE_DEVICES", "1",
                    "CUDA_DEVICE_ORDER", "FASTEST_FIRST")))
        .doesNotContain("CUDA_DEVICE_ORDER");
  }

  /**
   * Position 1 of the node, or the second of the held ones: nobody can tell, so nothing is said.
   */
  @Test
  void anAmbiguousBindingKeepsSlurmsValues() throws IOException {
    assertThat(run(Map.of("SLURM_STEP_GPUS", "1,2", "CUDA_VISIBLE_DEVICES", "1"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -      | 0        | no GPU held
          0      | -        | none shown to this task
          9      | 9        | a position that the file has not
          0      | GPU-aa   | Slurm names it itself
          0,1    | 0,1,2    | more shown than held
          0,1    | 2        | one shown that is not held
          0,,1   | 0,1      | no list
          $(id)  | 0        | no numbers
          """)
  void nothingIsSaidOfWhatIsNotUnderstood(String held, String shown, String why)
      throws IOException {
    Map<String, String> environment = new TreeMap<>();
    if (held != null) {
      environment.put("SLURM_JOB_GPUS", held);
    }
    if (shown != null) {
      environment.put("CUDA_VISIBLE_DEVICES", shown);
    }
    assertThat(run(environment)).as(why).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=1\n0 nvidia GPU-aa\n",
        "v=2\n0 nvidia GPU-aa\ncomplete=1\n",
        "v=1\n0 nvidia GPU-$(id)\ncomplete=1\n",
        "v=1\n0 unknown -\ncomplete=1\n",
        "v=1\n0 amd GPU-1 x\ncomplete=1\n",
      })
  void anOddFileLeavesSlurmsValues(String text) throws IOException {
    Files.writeString(visible, text);
    assertThat(run(Map.of("SLURM_JOB_GPUS", "0", "CUDA_VISIBLE_DEVICES", "0"))).isEmpty();
  }

  @Test
  void noFileNoWord() throws IOException {
    Files.delete(visible);
    assertThat(run(Map.of("SLURM_JOB_GPUS", "0", "CUDA_VISIBLE_DEVICES", "0"))).isEmpty();
  }

  /** Whatever stands in the file: success, no error, and only what Slurm's parser takes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aDamagedFileNeverHarms(int seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      byte[] text = MIXED.getBytes(StandardCharsets.UTF_8);
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        text[random.nextInt(text.length)] = (byte) (1 + random.nextInt(126));
      }
      Files.write(visible, text);
      String said = run(Map.of("SLURM_JOB_GPUS", "0,2", "CUDA_VISIBLE_DEVICES", "0,2"));
      assertThat(said.lines())
          .as("seed %d, case %d", seed, i)
          .allMatch(line -> line.matches("(export [A-Z_]+=[0-9A-Za-z/,_-]+|unset [A-Z_]+)"));
    }
  }

  /** By variable; a null value: unset. */
  private static Map<String, String> told(String said) {
    Map<String, String> told = new TreeMap<>();
    for (String line : said.lines().toList()) {
      String[] words = line.split("[ =]", 3);
      told.put(words[1], words[0].equals("export") ? words[2] : null);
    }
    return told;
  }

  private String run(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("/bin/sh", SCRIPT.toString(), visible.toString()));
    builder.redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
