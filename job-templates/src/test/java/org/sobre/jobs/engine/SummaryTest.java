package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.engine.JobEnergy.MissingPart;
import org.sobre.jobs.engine.JobEnergy.PartEnergy;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.Variant;
import org.sobre.slurm.job.Allocation.Devices;

class SummaryTest {

  @Test
  void aCardIsNamedByItsMakerOrItsPlaceOnTheBus() {
    assertThat(
            Summary.gpus(
                new Devices.Identified(List.of("AMD-946d7e1ef9b172dd", "AMD-0000:c3:00.0"))))
        .isEqualTo("sobre: GPUs    2: AMD-946d7e1e, AMD-0000:c3:00.0");
    assertThat(Summary.gpus(new Devices.Visible(GpuVendor.AMD, List.of(1))))
        .isEqualTo("sobre: GPUs    1 (ROCm device [1])");
  }

  @Test
  void twoPackagesOfOneNodeAreOneFigure() {
    JobEnergy energy =
        new JobEnergy(
            18,
            9,
            10,
            List.of(
                new PartEnergy("gpu", "GPU-1", "sampled", 5),
                new PartEnergy("cpu-package", "0", "counter", 6),
                new PartEnergy("cpu-package", "1", "counter", 7)),
            List.of());

    assertThat(Summary.energy(own(energy)))
        .contains(
            "18 J", "gpu 5 J sampled, cpu-package 13 J counter;", "9 of 10 s observed so far");
  }

  @Test
  void whatCouldNotBeReadIsNamedWithItsReason() {
    JobEnergy energy =
        new JobEnergy(
            0, 0, 10, List.of(), List.of(new MissingPart("cpu-package", "0", "no-permission")));

    assertThat(Summary.energy(own(energy))).contains("none; without cpu-package (no-permission)");
  }

  @Test
  void whatOthersSayIsOneLineAndNoFormat() {
    JobEnergy odd =
        new JobEnergy(1, 1, 1, List.of(new PartEnergy("%s%n", "0", "\u001b[2J\nx", 1)), List.of());
    assertThat(Summary.energy(own(odd))).contains("%s%n 1 J  [2J x;").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "22, 1, 1, 22: why",
    "22, 1, 2, 22 x 2 GPUs = 44: why",
    "1, 128, 1, 1 x 128 steps = 128: why",
    "4, 3, 2, 4 x 3 steps x 2 GPUs = 24: why"
  })
  void aBatchIsWrittenWithTheFactorsItHas(int batch, int steps, int world, String expected)
      throws Exception {
    Variant variant =
        new ProfileCatalog(List.of(Path.of("..", "conf", "profiles")))
            .load("sd21-infer")
            .variants()
            .get(0);
    MemorySize any = MemorySize.ofMebibytes(1);
    BatchPlan plan = new BatchPlan(variant, batch, steps, world, any, any, 0, false, "why");
    assertThat(Summary.batch(Optional.of(plan), plan.world()))
        .isEqualTo("sobre: batch   " + expected);
  }

  @Test
  void aRateIsToldWhereThereWasTime() {
    ChildProcess.Result done = new ChildProcess.Result(0, true, "");

    assertThat(exit(done, Duration.ofSeconds(16))).endsWith("0; 128 images, 8.00 a second");
    assertThat(exit(done, Duration.ofSeconds(4))).endsWith("0; 128 images, 32 a second");
    assertThat(exit(done, Duration.ZERO)).endsWith("0; 128 images");
  }

  /** Not where a part is missing: the job would look better than it was. */
  @Test
  void aKilojouleIsToldWhereAllOfTheEnergyIsKnown() {
    JobEnergy whole =
        new JobEnergy(
            16_760, 58, 59, List.of(new PartEnergy("gpu", "GPU-1", "sampled", 16_760)), List.of());
    JobEnergy part =
        new JobEnergy(
            16_760,
            58,
            59,
            whole.parts(),
            List.of(new MissingPart("cpu-package", "0", "no-permission")));
    assertThat(exit(whole)).endsWith("0; 128 images, 2.13 a second, 7.64 a kJ");
    assertThat(exit(part)).endsWith("0; 128 images, 2.13 a second");
  }

  @Test
  void theEnergyOfAWholeJobIsNamedSoAndMakesNoKilojoule() {
    JobEnergy job =
        new JobEnergy(
            1000, 25, 26, List.of(new PartEnergy("gpu", "G", "sampled", 1000)), List.of());
    Reading<RunEnergy> energy = Reading.of(new RunEnergy(job, false));
    assertThat(Summary.energy(energy))
        .endsWith(
            "25 of 26 s observed so far; of the whole job: what this command took of it is not known");
    assertThat(
            Summary.exit(
                new ChildProcess.Result(0, true, ""),
                OptionalLong.of(6),
                Optional.empty(),
                Duration.ofSeconds(3),
                energy))
        .endsWith("0; 6 items, 2.00 a second");
  }

  /** Each is rounded down by itself, by the daemon: what stands there is to add up. */
  @Test
  void thePartsAddUpToTheSum() {
    JobEnergy rounded =
        new JobEnergy(
            9_381,
            60,
            60,
            List.of(
                new PartEnergy("cpu-package", "0", "counter", 9_000),
                new PartEnergy("cpu-package", "1", "counter", 380)),
            List.of());
    assertThat(Summary.energy(own(rounded)))
        .contains("9380 J (2.61 Wh): cpu-package 9380 J counter");
  }

  @Test
  void noFigureHasAReason() {
    JobEnergy seenNothing =
        new JobEnergy(0, 0, 1, List.of(new PartEnergy("gpu", "G", "sampled", 0)), List.of());
    assertThat(List.of(JobEnergy.NOTHING, seenNothing))
        .allSatisfy(
            energy ->
                assertThat(Summary.energy(own(energy)))
                    .contains("none: nothing was measured yet", "sobre doctor"));
  }

  @Test
  void theLinesAreFrenchWhereThatIsTheLanguage() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    JobEnergy energy =
        new JobEnergy(
            7200,
            59,
            60,
            List.of(new PartEnergy("gpu", "GPU-1", "sampled", 7200)),
            List.of(new MissingPart("cpu-package", "0", "no-permission")));
    try {
      Language.FRENCH.speak();
      assertThat(Summary.energy(own(energy)))
          .isEqualTo(
              "sobre: énergie  7200 J (2,00 Wh) : gpu 7200 J (échantillonné) ; sans cpu-package"
                  + " (no-permission) ; 59 s observées sur 60 jusqu'ici");
      assertThat(Summary.duration(Duration.ofMillis(1500), Optional.empty()))
          .isEqualTo("sobre: durée    1,5 s");
      assertThat(Summary.duration(Duration.ofMinutes(2), Optional.of(Duration.ofMillis(45_200))))
          .isEqualTo("sobre: durée    2 min 00 s ; chargé après 45,2 s");
      assertThat(Summary.gpus(List.of())).isEqualTo("sobre: GPU      aucun");
      assertThat(exit(energy)).isEqualTo("sobre: statut   0 ; 128 images, 2,13 par seconde");
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  private static String exit(JobEnergy energy) {
    return Summary.exit(
        new ChildProcess.Result(0, true, ""),
        OptionalLong.of(128),
        Optional.of("image"),
        Duration.ofSeconds(60),
        own(energy));
  }

  private static Reading<RunEnergy> own(JobEnergy energy) {
    return Reading.of(new RunEnergy(energy, true));
  }

  private static String exit(ChildProcess.Result result, Duration took) {
    return Summary.exit(
        result,
        OptionalLong.of(128),
        Optional.of("image"),
        took,
        Reading.unavailable(Reason.NOT_PRESENT, "nobody counts"));
  }
}
