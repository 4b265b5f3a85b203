package org.sobre.jobs.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sobre.jobs.calibration.Lines.gib;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Budget;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.plan.PlanResult;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.jobs.profile.Variant;

/** What a user measured is held to, on every card; the shipped profiles are those of conf/. */
class CalibratedPlansTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(List.of(8, 24));

  /** Of CUDA, which the shipped profiles and a model without a context count beside. */
  private static final int CONTEXT = 512;

  static IntStream seeds() {
    return IntStream.range(0, Integer.getInteger("sobre.seeds", 150));
  }

  /** Its profile says 128 on cards of 96 GB, and computes llama's: that is not what was seen. */
  @ParameterizedTest
  @CsvSource({
    "sd21-finetune, full, 8, 30000, 16, 40000, 97887",
    "sd21-finetune, full, 8, 30000, 16, 40000, 81559",
    "llama-3.1-8b-infer, fp16, 1, 19000, 2, 23000, 81559",
    "llama-3.1-8b-infer, fp16, 1, 19000, 4, 19300, 81559",
  })
  void noBatchIsPlannedThatTheMeasuredLineDoesNotAdmit(
      String name, String variant, int small, int first, int large, int second, int card)
      throws Exception {
    ModelProfile profile = shipped(name);
    Variant chosen = variant(profile, variant);
    BatchPlan plan =
        (BatchPlan)
            plan(
                profile,
                List.of(
                    point(profile, chosen, small, first), point(profile, chosen, large, second)),
                card);
    double item = (second - first) / (double) (large - small);
    assertThat(1.08 * (second + item * (plan.batch() - large)) + CONTEXT)
        .as(plan.why())
        .isLessThanOrEqualTo(card);
    assertThat(plan.batch()).isGreaterThanOrEqualTo(large);
    assertThat(plan.why()).contains("measured").doesNotContain("nobody has run it");
  }

  /** The program takes 10 000 MiB and 1 000 an item, its profile thinks of 2 000 for one. */
  @ParameterizedTest
  @CsvSource({"8000, 0", "11999, 1", "12100, 1", "16000, 4", "20000, 8"})
  void belowTheMeasuredBatchesTheirLineCountsToo(int card, int batch) {
    ModelProfile profile = profile(List.of(line("full", Basis.PUBLISHED, 1_000, 1_000)));
    List<CalibrationLine> known =
        List.of(
            point(profile, profile.variants().get(0), 8, 18_000),
            point(profile, profile.variants().get(0), 16, 26_000));
    assertThat(batch(plan(profile, known, card))).isEqualTo(batch);
  }

  @ParameterizedTest
  @CsvSource({
    "sd15-lora, lora-fp16, 2, 7000, 4, 9800",
    "sd21-lora, lora, 1, 4000, 0, 0",
    "sd21-lora, lora-checkpointing, 4, 5000, 0, 0",
    "t0-3b-finetune, '', 1, 40000, 0, 0",
  })
  void ofShippedProfilesALargerCardNeverGivesLess(
      String name, String variant, int batch, int memory, int second, int more) throws Exception {
    ModelProfile profile = shipped(name);
    Variant chosen =
        profile.variants().stream()
            .filter(v -> v.name().equals(variant))
            .findFirst()
            .orElse(profile.variants().get(0));
    List<CalibrationLine> known = new ArrayList<>(List.of(point(profile, chosen, batch, memory)));
    if (second > 0) {
      known.add(point(profile, chosen, second, more));
    }
    assertNeverLess(profile, known, 250);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLargerCardNeverGivesLessWhateverWasMeasured(int seed) {
    Random random = new Random(seed);
    List<Variant> variants = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      Basis basis = random.nextInt(3) == 0 ? Basis.PRIOR : Basis.PUBLISHED;
      variants.add(line("v" + i, basis, random.nextInt(20_000), 1 + random.nextInt(3_000)));
    }
    ModelProfile profile = profile(variants);
    List<CalibrationLine> known = new ArrayList<>();
    for (int i = 0; i < random.nextInt(6); i++) {
      known.add(
          point(
              profile,
              variants.get(random.nextInt(variants.size())),
              1 + random.nextInt(40),
              1_000 + random.nextInt(60_000)));
    }
    assertNeverLess(profile, known, 1_000 + random.nextInt(500));
  }

  /** The truth is a line: two batches tell it, and nothing beside it is planned. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theTruthIsNeverPassed(int seed) {
    Random random = new Random(seed);
    int fixed = random.nextInt(30_000);
    int item = 100 + random.nextInt(3_000);
    int small = 1 + random.nextInt(16);
    int large = 2 * small + random.nextInt(16);
    Basis basis = random.nextBoolean() ? Basis.PRIOR : Basis.PUBLISHED;
    ModelProfile profile =
        profile(List.of(line("full", basis, random.nextInt(30_000), 1 + random.nextInt(3_000))));
    Variant variant = profile.variants().get(0);
    List<CalibrationLine> known =
        List.of(
            point(profile, variant, small, fixed + item * small),
            point(profile, variant, large, fixed + item * large));
    for (int card = 1_000; card < 200_000; card += 2_000 + random.nextInt(2_000)) {
      int batch = batch(plan(profile, known, card));
      assertThat(batch == 0 ? 0L : fixed + (long) item * batch + CONTEXT)
          .as("batch %d on %d MiB", batch, card)
          .isLessThanOrEqualTo(card);
    }
  }

  @Test
  void ofTwoVariantsTheOneWithTheLargerBatchIsTakenByWhateverModel() {
    Variant one = line("one", Basis.PUBLISHED, 1_000, 1_000);
    Variant two = line("two", Basis.PUBLISHED, 1_000, 2_000);
    ModelProfile profile = profile(List.of(one, two));
    List<CalibrationLine> known =
        List.of(point(profile, two, 10, 4_000), point(profile, two, 20, 7_000));
    BatchPlan plan = (BatchPlan) plan(profile, known, 8_000);
    assertThat(plan.variant().name() + " " + plan.batch()).isEqualTo("two 20");
  }

  private static void assertNeverLess(ModelProfile profile, List<CalibrationLine> known, int step) {
    int before = 0;
    for (int card = 2_000; card <= 98_000; card += step) {
      int batch = batch(plan(profile, known, card));
      assertThat(batch).as("%d MiB", card).isGreaterThanOrEqualTo(before);
      before = batch;
    }
  }

  private static PlanResult plan(ModelProfile profile, List<CalibrationLine> known, int card) {
    Device device = Lines.card("8.9", card);
    return Calibration.of(known, profile, List.of(device))
        .plan(PLANNER, Budget.of(List.of(device), false));
  }

  private static int batch(PlanResult result) {
    return result.match(BatchPlan::batch, tooSmall -> 0, unsuitable -> 0);
  }

  private static ModelProfile shipped(String name) throws Exception {
    return ProfileReader.read(Path.of("../conf/profiles", name + ".yaml"));
  }

  private static Variant variant(ModelProfile profile, String name) {
    return profile.variants().stream()
        .filter(variant -> variant.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ModelProfile profile(List<Variant> variants) {
    return Lines.profile().with(variants);
  }

  private static Variant line(String name, Basis basis, int fixed, int item) {
    MemoryModel model =
        new Linear(
            basis, "a page", gib(fixed), gib(item), gib(0), OptionalInt.empty(), gib(0), List.of());
    return new Variant(name, Map.of("precision", "fp16"), model, Optional.empty());
  }

  private static CalibrationLine point(
      ModelProfile profile, Variant variant, int batch, int memory) {
    return CalibrationLine.point(
        CalibrationKey.of(profile.name(), variant, Lines.card("8.9", 98_000)),
        Optional.empty(),
        batch,
        gib(98_000),
        Peak.reported(gib(memory), gib(memory)),
        OptionalDouble.empty(),
        Instant.EPOCH.plusSeconds(batch));
  }
}
