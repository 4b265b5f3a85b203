package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.ModelProfile;

/** What a command begins with whose model was computed: nobody has seen it run. */
class FirstTryTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(Devices.LADDER);

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  /** 2000 + 500 b MiB beside 500 of context. */
  private static Linear line(Basis basis) {
    return new Linear(
        basis,
        "a count",
        MemorySize.ofMebibytes(2000),
        MemorySize.ofMebibytes(500),
        new MemorySize(0),
        OptionalInt.empty(),
        MemorySize.ofMebibytes(500),
        List.of());
  }

  private static ModelProfile profile(Basis basis) {
    return Devices.profile(line(basis), OptionalInt.empty());
  }

  private static Budget budget(long mebibytes) {
    return Budget.of(List.of(Devices.mebibytes(mebibytes, mebibytes)), false);
  }

  private static int firstTry(ModelProfile profile, Budget budget) {
    return PLANNER.firstTry(profile, budget) instanceof BatchPlan plan ? plan.batch() : 0;
  }

  @Test
  void whatWasComputedIsMeantToTakeHalfOfTheMemory() {
    assertThat(firstTry(profile(Basis.PRIOR), budget(20_000))).isEqualTo(15);
    assertThat(firstTry(profile(Basis.PRIOR), budget(19_999))).isEqualTo(14);
    assertThat(PLANNER.plan(profile(Basis.PRIOR), budget(20_000)))
        .isInstanceOfSatisfying(BatchPlan.class, plan -> assertThat(plan.batch()).isEqualTo(28));
  }

  @Test
  void whatWasSeenToRunIsTakenAtItsWord() {
    for (Basis basis : List.of(Basis.MEASURED, Basis.PUBLISHED)) {
      assertThat(PLANNER.firstTry(profile(basis), budget(20_000)))
          .isEqualTo(PLANNER.plan(profile(basis), budget(20_000)));
    }
  }

  /** More than half for a single item: that one is tried all the same, if it fits. */
  @Test
  void oneItemIsTriedWhereverItFits() {
    assertThat(firstTry(profile(Basis.PRIOR), budget(3_500))).isEqualTo(1);
    assertThat(PLANNER.firstTry(profile(Basis.PRIOR), budget(3_499)))
        .isEqualTo(PLANNER.plan(profile(Basis.PRIOR), budget(3_499)))
        .isInstanceOf(DoesNotFit.class);
  }

  @Test
  void theSmallestDeviceDecidesAndTheRecipeIsMetExactly() {
    ModelProfile recipe = Devices.profile(line(Basis.PRIOR), OptionalInt.of(64));
    Budget unlike =
        Budget.of(
            List.of(Devices.mebibytes(80_000, 80_000), Devices.mebibytes(16_000, 16_000)), false);
    assertThat(PLANNER.firstTry(recipe, unlike))
        .isInstanceOfSatisfying(
            BatchPlan.class,
            plan -> {
              assertThat(plan.batch()).isEqualTo(8);
              assertThat(plan.effectiveBatch()).isEqualTo(64);
            });
  }

  @Test
  void whyNotMoreIsSaidInBothLanguages() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    ModelProfile computed = profile(Basis.PRIOR);
    assertThat(((BatchPlan) PLANNER.firstTry(computed, budget(20_000))).why())
        .isEqualTo(
            "variant v needs 12.5 GB with 20 % margin (prior), 21.0 GB are free; nobody has run it"
                + " yet, so that half of the memory is used at first, and up to 28 may fit");
    try {
      Language.FRENCH.speak();
      assertThat(((BatchPlan) PLANNER.firstTry(computed, budget(20_000))).why())
          .endsWith(
              " ; personne ne l'a encore essayé : la moitié de la mémoire sert d'abord, et jusqu'à"
                  + " 28 tiendraient peut-être");
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  /** Never more than what fits, nothing where nothing fits, and never less with more memory. */
  @ParameterizedTest
  @MethodSource("seeds")
  void itIsWithinWhatFitsAndGrowsWithTheMemory(int seed) {
    Random random = new Random(seed);
    Linear line =
        new Linear(
            random.nextInt(4) == 0 ? Basis.PUBLISHED : Basis.PRIOR,
            "seeded",
            MemorySize.ofMebibytes(random.nextInt(40_000)),
            MemorySize.ofMebibytes(1 + random.nextInt(4000)),
            MemorySize.ofMebibytes(random.nextInt(50_000)));
    ModelProfile profile = Devices.profile(line, OptionalInt.empty());
    int before = 0;
    for (long free = 0; free <= 200_000; free += 1 + random.nextInt(5000)) {
      int first = firstTry(profile, budget(free));
      int most = PLANNER.plan(profile, budget(free)) instanceof BatchPlan p ? p.batch() : 0;
      assertThat(first).isBetween(Math.min(1, most), most).isGreaterThanOrEqualTo(before);
      before = first;
    }
  }
}
