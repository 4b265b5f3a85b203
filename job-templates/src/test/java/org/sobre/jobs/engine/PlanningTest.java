package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.CalibrationKey;
import org.sobre.jobs.calibration.CalibrationLine;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/** When Slurm is asked whether a job's comment lets in what loses something. */
class PlanningTest {

  @TempDir private Path directory;
  private final FakeTools tools = new FakeTools();
  private final ModelProfile profile;
  private final Planning planning =
      new Planning(
          Advice.SLURM, new SlurmAnswers(tools, new OwnJob(tools, Map.of("SLURM_JOB_ID", "7"))));

  PlanningTest() throws Exception {
    profile = new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load("sd21-finetune");
  }

  /** All that loses nothing ran out of memory here before: with the option it is not tried. */
  @ParameterizedTest
  @CsvSource({"sobre:allow-reduced, eight-bit", "(null), full"})
  void alsoWhereOnlyExperienceForbidsTheRest(String comment, String variant) throws Exception {
    Device card = card(24_564);
    CalibrationStore store = new CalibrationStore(directory, "n1", List.of(), Set.of());
    for (Variant whole : profile.variants()) {
      if (whole.loses().isEmpty()) {
        store.append(
            CalibrationLine.ceiling(
                CalibrationKey.of(profile.name(), whole, card),
                Optional.empty(),
                1,
                card.free(),
                "CUDA out of memory",
                Instant.parse("2026-11-22T00:00:00Z")));
      }
    }
    planning.remember(store);
    tools.exits(0, "7 " + comment + "\n");
    assertThat(planning.plan(asked(card)).variant().name()).isEqualTo(variant);
    assertThat(tools.asked).hasSize(1);
  }

  @Test
  void notWhereTheRestFits() throws Exception {
    assertThat(planning.plan(asked(card(24_564))).variant().loses()).isEmpty();
    assertThat(tools.asked).isEmpty();
  }

  /** Of 512 tasks that are refused none asks after a word that helps none. */
  @Test
  void notWhereItWouldHelpNobody() {
    tools.exits(1, "");
    assertThatThrownBy(() -> planning.plan(asked(card(11_264))))
        .isInstanceOf(PlanningException.class);
    assertThat(tools.asked).hasSize(1);
    assertThat(tools.asked.get(0)).startsWith("sinfo");
  }

  private Planning.Asked asked(Device card) {
    RunRequest request =
        new RunRequest(
            List.of("train", "{batch_size}"),
            Optional.of(profile),
            false,
            OptionalLong.empty(),
            false,
            false);
    return new Planning.Asked(request, new TaskWorld(1, 1, 1, OptionalInt.empty()), List.of(card));
  }

  private static Device card(long mebibytes) {
    return new Device(
        "GPU-a",
        "a card",
        GpuVendor.NVIDIA,
        MemorySize.ofMebibytes(mebibytes - 300),
        MemorySize.ofMebibytes(mebibytes),
        Version.parse("8.9"),
        Optional.empty());
  }
}
