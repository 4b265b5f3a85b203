package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A program with a planted limit, under a real wrapper: 48 items between two updates, 20 of which
 * are thought to fit at a time.
 */
class RetriedRunTest {

  private static final Path RECORDINGS =
      Path.of("src/test/resources/recordings/oom").toAbsolutePath();

  /** Notes each start; learns the items it has not learned yet; fails above LIMIT. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      echo "$*${PYTORCH_CUDA_ALLOC_CONF:+ $PYTORCH_CUDA_ALLOC_CONF}" >>"$DIR/starts"
      case " $* " in *" --resume "*) ;; *) echo 0 >"$DIR/checkpoint" ;; esac
      [ -z "$READS" ] || cat >>"$DIR/read"
      echo "$SOBRE_PLAN" >>"$DIR/plans"
      if [ -n "$OLD" ] && [ -n "$PYTORCH_CUDA_ALLOC_CONF" ]; then
          echo "RuntimeError: Unrecognized CachingAllocator option: expandable_segments" >&2
          exit 1
      fi
      case " $* " in *" --resume "*) [ -z "$BREAKS" ] || exit "$BREAKS" ;; esac
      if [ "$1" -gt "$LIMIT" ] && [ -z "$JOINS" -o -z "$PYTORCH_CUDA_ALLOC_CONF" ]; then
          echo $(($(cat "$DIR/checkpoint") + 10)) >"$DIR/checkpoint"
          cat "$TEXT" >&2
          exit "${STATUS:-1}"
      fi
      echo "SOBRE_MEMORY allocated=1048576000 reserved=2097152000 framework=torch-2.11"
      echo "learned after $(cat "$DIR/checkpoint")"
      """;

  private static final String PROFILE =
      """
      schema: sobre-profile/1
      name: planted
      task: finetune
      unit: image
      effectiveBatch: 48
      variants:
        - name: full
          key: {precision: fp16}
          memory: {basis: measured, source: "made up", fixedMiB: 1000, perItemMiB: 900, stepMiB: 0}
          loses: null
      resume: "--resume"
      """;

  @TempDir private Path directory;

  private final Map<String, String> variables = new HashMap<>();
  private Path input = Path.of("/dev/null");
  private String piped = "";

  @BeforeEach
  void aProgramAndAProfile() throws IOException {
    Files.writeString(directory.resolve("planted.yaml"), PROFILE);
    Files.writeString(directory.resolve("planted"), PROGRAM);
    variables.put("DIR", directory.toString());
    variables.put("LIMIT", "100");
    variables.put("TEXT", RECORDINGS.resolve("device/torch-2.3-full.txt").toString());
  }

  @ParameterizedTest
  @CsvSource({
    "24, '24 2', 0",
    "20, '24 2|16 3 --resume', 0",
    "12, '24 2|16 3 --resume|12 4 --resume', 0",
    "8, '24 2|16 3 --resume|12 4 --resume|8 6 --resume', 0",
    "7, '24 2|16 3 --resume|12 4 --resume|8 6 --resume', 1",
  })
  void aSmallerBatchIsTriedUpToThreeTimesAndTheEffectiveOneIsKept(
      String limit, String starts, int status) throws Exception {
    variables.put("LIMIT", limit);
    assertThat(run(true)).isEqualTo(status);
    assertThat(starts()).containsExactly(starts.split("\\|", -1));
    int failures = starts().size() - (status == 0 ? 1 : 0);
    assertThat(output().lines().filter(line -> line.endsWith("from the last checkpoint")))
        .hasSize(starts().size() - 1);
    assertThat(output()).contains(status == 0 ? "learned after " + 10 * failures : "3 times");
    assertThat(calibration().filter(line -> line.contains("\"ceiling\""))).hasSize(failures);
  }

  @Test
  void whatWasRememberedIsNotTriedAgain() throws Exception {
    variables.put("LIMIT", "12");
    assertThat(run(true)).isZero();
    assertThat(Files.readAllLines(directory.resolve("plans")))
        .extracting(plan -> plan.replaceAll(".*\"batchSize\":(\\d+),.*", "$1"))
        .containsExactly("24", "16", "12");
    Files.delete(directory.resolve("starts"));
    assertThat(run(true)).isZero();
    assertThat(starts()).containsExactly("12 4");
    assertThat(calibration()).as("a point that is known already").hasSize(3);
  }

  /** What was planned with is not what it had: with more it may fit. */
  @Test
  void whereOthersCameToTheCardTheCeilingIsTheirs() throws Exception {
    variables.put("LIMIT", "1");
    Path text = RECORDINGS.resolve("device/torch-2-others-on-the-card.txt");
    String others = Files.readString(text).replace("58.59 GiB is free", "4.00 GiB is free");
    variables.put("TEXT", Files.writeString(directory.resolve("text"), others).toString());
    assertThat(run(false)).isEqualTo(1);
    assertThat(calibration()).singleElement().asString().contains("\"budgetMiB\":13568");
  }

  @Test
  void fragmentsAreJoinedAndNothingIsRemembered() throws Exception {
    variables.put("LIMIT", "1");
    variables.put("JOINS", "yes");
    variables.put("TEXT", RECORDINGS.resolve("fragmented/torch-2.1-process.txt").toString());
    assertThat(run(true)).isZero();
    assertThat(starts()).containsExactly("24 2", "24 2 --resume expandable_segments:True");
    assertThat(calibration().filter(line -> line.contains("\"ceiling\""))).isEmpty();
  }

  /** Three jobs of the same batch: the first alone loses a start. */
  @Test
  void whatRanOnlyWithJoinedFragmentsBeginsSoTheNextTime() throws Exception {
    variables.put("LIMIT", "1");
    variables.put("JOINS", "yes");
    variables.put("TEXT", RECORDINGS.resolve("fragmented/torch-2.1-process.txt").toString());
    assertThat(run(true)).isZero();
    assertThat(calibration()).singleElement().asString().contains("expandable_segments");
    Files.delete(directory.resolve("starts"));
    assertThat(run(true)).isZero();
    assertThat(run(true)).isZero();
    assertThat(starts()).hasSize(2).allMatch(start -> start.endsWith("expandable_segments:True"));
    assertThat(output()).contains("begins with expandable_segments:True");
    assertThat(calibration()).as("48 was planned by what 24 took").hasSize(2);
    variables.put("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:False");
    run(true);
    assertThat(starts().get(2))
        .as("the user's own word")
        .isEqualTo("48 1 expandable_segments:False");
  }

  /** Another environment, with an older PyTorch: what we added costs no job. */
  @Test
  void whereTheRememberedOptionIsNotKnownTheSameBatchIsStartedWithout() throws Exception {
    variables.put("LIMIT", "1");
    variables.put("JOINS", "yes");
    variables.put("TEXT", RECORDINGS.resolve("fragmented/torch-2.1-process.txt").toString());
    assertThat(run(true)).isZero();
    Files.delete(directory.resolve("starts"));
    variables.put("OLD", "yes");
    variables.put("LIMIT", "100");
    assertThat(run(true)).isZero();
    assertThat(starts()).containsExactly("48 1 expandable_segments:True", "48 1");
    assertThat(output()).contains("this PyTorch does not know expandable_segments");
    assertThat(run(true)).isZero();
    assertThat(starts()).as("it runs without now").endsWith("48 1", "48 1");
  }

  @Test
  void whereTheOptionIsNotKnownASmallerBatchFollowsWithoutIt() throws Exception {
    variables.put("LIMIT", "16");
    variables.put("OLD", "yes");
    variables.put("TEXT", RECORDINGS.resolve("fragmented/torch-2.1-process.txt").toString());
    assertThat(run(true)).isZero();
    assertThat(starts())
        .containsExactly("24 2", "24 2 --resume expandable_segments:True", "16 3 --resume");
    assertThat(calibration().filter(line -> line.contains("\"ceiling\"")))
        .singleElement()
        .asString()
        .contains("\"batch\":24,", "OutOfMemoryError")
        .doesNotContain("Unrecognized");
  }

  /** The option to resume, say, is wrong: what was learned before is not lost, nor blamed. */
  @ParameterizedTest
  @CsvSource({"3, not speak of memory", "143, "})
  void aSecondStartThatEndsOfSomethingElseIsTheEndAndIsSaid(String status, String said)
      throws Exception {
    variables.put("LIMIT", "20");
    variables.put("BREAKS", status);
    assertThat(run(true)).isEqualTo(Integer.parseInt(status));
    assertThat(starts()).containsExactly("24 2", "16 3 --resume");
    if (said == null) {
      assertThat(output()).doesNotContain("start 2");
    } else {
      assertThat(output()).contains("start 2, with batch 16, ended with status 3", said);
    }
    assertThat(calibration()).singleElement().asString().contains("\"batch\":24,");
  }

  /** Several ranks, each of which would write it down; or a user who wants no other start. */
  @Test
  void fragmentsThatNobodyTriedToJoinAreNoCeiling() throws Exception {
    variables.put("LIMIT", "1");
    variables.put("TEXT", RECORDINGS.resolve("fragmented/torch-2.1-process.txt").toString());
    assertThat(run(false)).isEqualTo(1);
    assertThat(output()).contains("ran out of GPU memory").doesNotContain("is remembered");
    assertThat(directory.resolve("calibration")).doesNotExist();
  }

  /** A worker that the command left behind would make all other batches fail, too. */
  @Test
  void whileTheMemoryIsHeldNobodyStartsAgain() throws Exception {
    variables.put("LIMIT", "12");
    variables.put(RetriedRunMain.THEN, "3000");
    assertThat(run(true)).isEqualTo(1);
    assertThat(starts()).hasSize(1);
    assertThat(output()).contains("22.24 GB of GPU memory that were free before are still held");
    assertThat(directory.resolve("calibration")).doesNotExist();
  }

  /** One that was met with another command's options, say. */
  @Test
  void noCeilingLocksAProfileOut() throws Exception {
    variables.put("LIMIT", "0");
    for (int i = 0; i < 3; i++) {
      run(true);
    }
    assertThat(starts()).endsWith("1 48");
    assertThat(calibration().filter(line -> line.contains("\"batch\":1,")))
        .as("once is enough")
        .hasSize(1);
    variables.put("LIMIT", "1");
    assertThat(run(true)).as("tried all the same").isZero();
    assertThat(output()).contains("is tried all the same");
    Files.delete(directory.resolve("out"));
    assertThat(run(true)).isZero();
    assertThat(output()).as("it ran").doesNotContain("is tried all the same");
  }

  @ParameterizedTest
  @CsvSource({
    "host/torch-cpu, 1, main memory",
    "host/slurm-batch, 1, main memory",
    "host/killed-after-cuda-words, 137, main memory",
    "driver_fault/hip-200-gib-free, 1, a fault of the driver",
    "suspect/cudnn-not-supported, 1, nothing is remembered",
    "none/shape-mismatch, 1, cannot be multiplied",
    "none/cancelled, 143, CANCELLED",
  })
  void nothingElseIsTriedAgainOrRemembered(String text, String status, String said)
      throws Exception {
    variables.put("LIMIT", "1");
    variables.put("STATUS", status);
    variables.put("TEXT", RECORDINGS.resolve(text + ".txt").toString());
    assertThat(run(true)).isEqualTo(Integer.parseInt(status));
    assertThat(starts()).hasSize(1);
    assertThat(output()).contains(said);
    assertThat(directory.resolve("calibration")).doesNotExist();
  }

  @Test
  void whoDoesNotWantItGetsTheStatusAndTheMemoryOfIt() throws Exception {
    variables.put("LIMIT", "1");
    assertThat(run(false)).isEqualTo(1);
    assertThat(starts()).hasSize(1);
    assertThat(output()).contains("batch 24 ran out of GPU memory", "is remembered");
    assertThat(calibration()).hasSize(1);
  }

  @Test
  void aCommandOfItsOwnBatchIsNeitherTriedAgainNorRemembered() throws Exception {
    variables.put("LIMIT", "1");
    assertThat(run(true, "24", "2")).isEqualTo(1);
    assertThat(starts()).hasSize(1);
    assertThat(output()).contains("its batch is its own");
    assertThat(directory.resolve("calibration")).doesNotExist();
  }

  /** A here-document that bash keeps in a file: the second start reads all of it. */
  @Test
  void aFileOnStandardInputIsReadFromItsBeginningAgain() throws Exception {
    variables.put("LIMIT", "12");
    variables.put("READS", "yes");
    input = Files.writeString(directory.resolve("program"), "all of it\n");
    assertThat(run(true)).isZero();
    assertThat(Files.readString(directory.resolve("read"))).isEqualTo("all of it\n".repeat(3));
  }

  @Test
  void aPipeThatMayHaveBeenReadIsNoReasonForAFalseSuccess() throws Exception {
    variables.put("LIMIT", "12");
    input = Path.of("PIPE");
    piped = "all of it\n";
    assertThat(run(true)).isEqualTo(1);
    assertThat(starts()).hasSize(1);
    assertThat(output()).contains("standard input is a pipe");
  }

  /** As in a step of srun: there was nothing to read, and nobody writes. */
  @Test
  void aPipeAtItsEndHasNothingToLose() throws Exception {
    variables.put("LIMIT", "12");
    input = Path.of("PIPE");
    assertThat(run(true)).isZero();
    assertThat(starts()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"0:00, 0 s left", "10:00, ", "UNLIMITED, ", "INVALID, "})
  void noOneBeginsWhatTheJobHasNoTimeToEnd(String left, String said) throws Exception {
    variables.put("LIMIT", "12");
    variables.put("SLURM_JOB_ID", "7");
    variables.put("SLURM_JOB_GPUS", "0");
    variables.put("CUDA_VISIBLE_DEVICES", "0");
    variables.put(RetriedRunMain.LEFT, left);
    assertThat(run(true)).isEqualTo(said == null ? 0 : 1);
    assertThat(output()).contains(said == null ? "learned" : said);
  }

  @ParameterizedTest
  @CsvSource({"SLURM_STEP_NUM_TASKS, 4", "SLURM_STEP_NUM_NODES, 2", "SLURM_HET_SIZE, 2"})
  void noOneStartsAgainAloneWhatOthersWaitFor(String name, String value) throws Exception {
    variables.put("LIMIT", "1");
    variables.put("SLURM_STEP_ID", "0");
    variables.put("SLURM_STEP_NUM_TASKS", "1");
    variables.put("SLURM_STEP_TASKS_PER_NODE", "1(x4)");
    variables.put(name, value);
    assertThat(run(true)).isEqualTo(1);
    assertThat(starts()).hasSize(1);
    assertThat(output()).contains("others would wait");
  }

  private int run(boolean retries) throws Exception {
    return run(retries, "{batch_size}", "{accumulation}");
  }

  private int run(boolean retries, String batch, String accumulation) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(ProcessHandle.current().info().command().orElse("java"));
    words.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.language=en", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.add(RetriedRunMain.class.getName());
    words.add(directory.toString());
    words.add(String.valueOf(retries));
    words.add("sh");
    words.add(directory.resolve("planted").toString());
    words.addAll(List.of(batch, accumulation, "{resume}"));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("out").toFile()));
    if (!input.equals(Path.of("PIPE"))) {
      builder.redirectInput(input.toFile());
    }
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("(SLURM|CUDA|PYTORCH|LC)_.*|LANG"));
    builder.environment().putAll(variables);
    Process wrapper = builder.start();
    try (var pipe = wrapper.outputWriter()) {
      pipe.write(piped);
    } catch (IOException e) {
      // it has a file on its standard input
      assertThat(input).isNotEqualTo(Path.of("PIPE"));
    }
    assertThat(wrapper.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return wrapper.exitValue();
  }

  private List<String> starts() throws IOException {
    return Files.readAllLines(directory.resolve("starts"));
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("out"));
  }

  private Stream<String> calibration() throws IOException {
    return Files.readAllLines(directory.resolve("calibration/n1.jsonl")).stream();
  }
}
