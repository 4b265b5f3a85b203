package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.engine.CalibrationRun.Ending;
import org.sobre.jobs.engine.CalibrationRun.Result;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileReader;

/** A program that takes 6000 MiB and 900 an item, of which its profile thinks otherwise. */
class CalibrationRunTest {

  private static final String PROGRAM =
      """
      echo "$1" >>"$DIR/batches"
      echo "$SOBRE_PLAN" >>"$DIR/plans"
      taken=$((6000 + 900 * $1))
      echo $((24000 - taken)) >"$DIR/new" && mv "$DIR/new" "$DIR/free"
      if [ $taken -gt 23000 ]; then
          echo "torch.OutOfMemoryError: CUDA out of memory." >&2
          exit 1
      fi
      [ "$TELLS" = no ] || echo "SOBRE_MEMORY allocated=$((taken * 1048576)) reserved=$(((taken + 300) * 1048576))"
      echo "SOBRE_ITEMS $((3 * $1))"
      sleep "${WORKS:-0}"
      echo 24000 >"$DIR/new" && mv "$DIR/new" "$DIR/free"
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
          memory: {basis: published, source: "made up", fixedMiB: 8000, perItemMiB: 1200, stepMiB: 0}
          loses: null
      """;

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void anEmptyCard() throws IOException {
    Files.writeString(directory.resolve("planted.yaml"), PROFILE);
    Files.writeString(directory.resolve("planted"), PROGRAM);
    Files.writeString(directory.resolve("free"), "24000\n");
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("DIR", directory.toString());
    environment.put("CUDA_VISIBLE_DEVICES", "0");
  }

  @Test
  void measuresThreeBatchesAndPlansByThem() throws Exception {
    assertThat(run(OptionalInt.empty(), 4, "sh", "planted", "{batch_size}").ending())
        .isEqualTo(Ending.MEASURED);
    assertThat(batches()).containsExactly("6", "12", "18");
    assertThat(said())
        .contains(
            "batch     6: 12.2", "batch    12: 17.", "each image takes 0.94 GB, above 6.29 GB")
        .contains("16 x 3 steps = 48: variant full needs 23.")
        .contains("(measured)", "calibration/n1.jsonl");
    assertThat(progress())
        .contains(
            "probe 1 of 4 at the most: batch 6", "batch 6 ran: 11.95 GB in tensors, 12.27 GB");
    assertThat(kept()).hasSize(3).allMatch(line -> line.contains("\"kind\":\"point\""));
    List<String> plans = Files.readAllLines(directory.resolve("plans"));
    assertThat(plans.get(0)).contains("\"profile\":\"planted\"");
    assertThat(plans).as("each probe has its own").doesNotHaveDuplicates();
  }

  @Test
  void aBatchThatIsTooLargeIsACeilingAndHalfOfItIsTried() throws Exception {
    assertThat(run(OptionalInt.of(40), 4, "sh", "planted", "{batch_size}").ending())
        .isEqualTo(Ending.MEASURED);
    assertThat(batches()).containsExactly("40", "20", "10", "5");
    assertThat(kept().stream().filter(line -> line.contains("\"ceiling\""))).hasSize(2);
    assertThat(said()).contains("16 x 3 steps");
  }

  @Test
  void aProgramThatTellsNothingIsSeenByTheDriver() throws Exception {
    environment.put("TELLS", "no");
    environment.put("WORKS", "1.2");
    assertThat(run(OptionalInt.of(8), 2, "sh", "planted", "{batch_size}").ending())
        .isEqualTo(Ending.MEASURED);
    assertThat(kept())
        .hasSize(2)
        .allMatch(line -> !line.contains("peakAllocatedMiB"))
        .anyMatch(line -> line.contains("\"batch\":8,\"budgetMiB\":24000,\"peakMiB\":13200"));
    assertThat(progress()).contains("by the driver's count");
  }

  @Test
  void whereNobodyTellsNothingIsKept() throws Exception {
    Result result = run(OptionalInt.empty(), 4, "sh", "-c", "exit 0", "{batch_size}");
    assertThat(result.ending()).isEqualTo(Ending.UNTOLD);
    assertThat(result.message()).contains("SOBRE_MEMORY");
    assertThat(directory.resolve("calibration")).doesNotExist();
  }

  /** A file where the directory should be: not even root can write below it. */
  @Test
  void whatCannotBeKeptIsSaidAtOnce() throws Exception {
    Files.writeString(directory.resolve("calibration"), "a file");
    Result result = run(OptionalInt.empty(), 4, "sh", "planted", "{batch_size}");
    assertThat(result.ending()).isEqualTo(Ending.UNKEPT);
    assertThat(result.message()).contains("calibration/n1.jsonl cannot be written", "batch 6");
    assertThat(batches()).as("no more runs for nothing").containsExactly("6");
    assertThat(said()).doesNotContain("kept in");
  }

  @Test
  void anotherFailureIsTheCommandsOwn() throws Exception {
    Result result = run(OptionalInt.empty(), 4, "sh", "-c", "exit 3", "{batch_size}");
    assertThat(result).isEqualTo(new Result(Ending.FAILED, 3, result.message()));
    assertThat(result.message()).contains("batch 6 ended with status 3");
    Result killed = run(OptionalInt.empty(), 4, "sh", "-c", "kill -9 $$", "{batch_size}");
    assertThat(killed.status()).isEqualTo(137);
    Result absent = run(OptionalInt.empty(), 4, "/no/such/program", "{batch_size}");
    assertThat(absent.status()).isEqualTo(127);
    assertThat(absent.message()).contains("/no/such/program");
    assertThat(directory.resolve("calibration")).doesNotExist();
  }

  @Test
  void whereNotEvenOneFitsThatIsSaid() throws Exception {
    String always = "echo CUDA out of memory >&2; exit 1";
    Result result = run(OptionalInt.of(2), 4, "sh", "-c", always, "{batch_size}");
    assertThat(result.ending()).isEqualTo(Ending.NOTHING_FITS);
    assertThat(result.message()).contains("not even batch 1 fits");
    Result few = run(OptionalInt.of(16), 2, "sh", "-c", always, "{batch_size}");
    assertThat(few.message()).contains("8, does not fit", "--from");
  }

  @Test
  void whatCannotRunHereIsNotStarted() {
    environment.put("CUDA_VISIBLE_DEVICES", "");
    assertThatThrownBy(() -> run(OptionalInt.empty(), 4, "sh", "planted", "{batch_size}"))
        .isInstanceOf(PlanningException.class);
    assertThat(directory.resolve("batches")).doesNotExist();
  }

  private Result run(OptionalInt first, int most, String... command) throws Exception {
    ModelProfile profile = ProfileReader.read(directory.resolve("planted.yaml"));
    CalibrationStore store =
        new CalibrationStore(directory.resolve("calibration"), "n1", List.of(), Set.of());
    List<String> words =
        List.of(command).stream()
            .map(word -> word.equals("planted") ? directory.resolve(word).toString() : word)
            .toList();
    return new CalibrationRun(
            environment,
            new SysRoot(directory),
            (asked, variables, deadline) -> card(asked),
            "nvidia-smi",
            Advice.STATION,
            ModelsConfig.NONE,
            SignalRelay.none(),
            store,
            Clock.fixed(Instant.parse("2026-11-21T23:00:00Z"), ZoneOffset.UTC),
            new PrintWriter(out, false, StandardCharsets.UTF_8),
            new PrintWriter(err, false, StandardCharsets.UTF_8))
        .run(words, profile, false, first, most);
  }

  private ToolResult card(List<String> asked) {
    try {
      String free = Files.readString(directory.resolve("free")).strip();
      return new ToolResult(
          asked,
          ToolResult.Ending.EXITED,
          OptionalInt.of(0),
          "GPU-1, " + free + ", 24576, 8.9, 555.42, a card\n",
          "",
          Duration.ZERO);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> batches() throws IOException {
    return Files.readAllLines(directory.resolve("batches"));
  }

  private List<String> kept() throws IOException {
    return Files.readAllLines(directory.resolve("calibration/n1.jsonl"));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String progress() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
