package org.sobre.jobs.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Failure;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.MemoryModel.Point;
import org.sobre.jobs.profile.MemoryModel.Points;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

class BatchPlannerTest {

  private static final BatchPlanner PLANNER = new BatchPlanner(Devices.LADDER);
  private static final MemorySize CONTEXT = MemorySize.ofMebibytes(512);

  /** 1000 MiB and 1000 MiB an item, no context. */
  private static Linear line(OptionalInt measuredTo) {
    return line(measuredTo, new MemorySize(0), List.of());
  }

  private static Linear line(OptionalInt measuredTo, MemorySize context, List<Failure> failures) {
    MemorySize item = MemorySize.ofMebibytes(1000);
    return new Linear(
        Basis.PUBLISHED, "a page", item, item, new MemorySize(0), measuredTo, context, failures);
  }

  private static Points points(MemorySize context, Point... points) {
    return new Points(Basis.PUBLISHED, "a page", List.of(points), context, List.of());
  }

  private static Point amount(int batch, long mebibytes) {
    return new Point(batch, MemorySize.ofMebibytes(mebibytes), OptionalInt.empty());
  }

  private static Point card(int batch, int gigabytes) {
    return new Point(batch, MemorySize.ofGigabytes(gigabytes), OptionalInt.of(gigabytes));
  }

  private static BatchPlan plan(MemoryModel model, Device device) {
    return plan(Devices.profile(model, OptionalInt.empty()), Budget.of(List.of(device), false));
  }

  private static BatchPlan plan(ModelProfile profile, Budget budget) {
    PlanResult result = PLANNER.plan(profile, budget);
    assertThat(result).isInstanceOf(BatchPlan.class);
    return (BatchPlan) result;
  }

  private static DoesNotFit refusal(ModelProfile profile, Budget budget) {
    PlanResult result = PLANNER.plan(profile, budget);
    assertThat(result).isInstanceOf(DoesNotFit.class);
    return (DoesNotFit) result;
  }

  /** One image was seen: nothing is added for that, 8 % for two; of three nothing is known. */
  @Test
  void aLineIsFollowedToTwiceWhatWasSeenOfIt() {
    BatchPlan plan = plan(line(OptionalInt.of(1)), Devices.marketed(192));
    assertThat(plan.batch()).isEqualTo(2);
    assertThat(plan.marginPercent()).isEqualTo(8);
    assertThat(plan.needs()).isEqualTo(MemorySize.ofMebibytes(3240));
    assertThat(plan.why()).contains("nothing is known beyond batch 2");
    assertThat(plan(line(OptionalInt.of(1)), Devices.mebibytes(3239, 4000)))
        .returns(1, BatchPlan::batch)
        .returns(0, BatchPlan::marginPercent)
        .returns(MemorySize.ofMebibytes(2000), BatchPlan::needs);
    assertThat(plan(line(OptionalInt.empty()), Devices.marketed(192)).batch()).isGreaterThan(100);
  }

  /** 4 were seen with 5000 MiB: 4 fit there, and so do 3, whose own margin asks for 4200. */
  @Test
  void aBatchThatWasSeenCarriesTheSmallerOnes() {
    Linear seen = line(OptionalInt.of(4));
    assertThat(plan(seen, Devices.mebibytes(5000, 8000)))
        .returns(4, BatchPlan::batch)
        .returns(0, BatchPlan::marginPercent);
    assertThat(plan(seen, Devices.mebibytes(4999, 8000)))
        .returns(3, BatchPlan::batch)
        .returns(5, BatchPlan::marginPercent);
    Linear many = line(OptionalInt.of(40));
    assertThat(plan(many, Devices.mebibytes(41_000, 50_000)).batch()).isEqualTo(40);
    assertThat(plan(many, Devices.mebibytes(40_999, 50_000)).batch()).isEqualTo(38);
    Linear limited =
        line(OptionalInt.of(40), new MemorySize(0), List.of(Failure.onCard(51, 96, "a ticket")));
    assertThat(plan(limited, Devices.mebibytes(41_000, 50_000)).batch())
        .as("whichever batches are looked at on the way")
        .isEqualTo(40);
    assertThat(
            plan(
                Devices.profile(many, OptionalInt.of(117)),
                Budget.of(List.of(Devices.mebibytes(41_000, 50_000)), false)))
        .returns(39, BatchPlan::batch)
        .returns(MemorySize.ofMebibytes(41_000), BatchPlan::needs);
  }

  /** 3 % of 1000 MiB, 20 % of the rest. */
  @Test
  void whatIsCountedHasTheLeastMargin() {
    MemorySize part = MemorySize.ofMebibytes(1000);
    Linear computed =
        new Linear(
            Basis.PRIOR,
            "a count",
            part,
            part,
            new MemorySize(0),
            OptionalInt.empty(),
            new MemorySize(0),
            List.of(),
            Optional.of(new MemoryModel.Doubt(part, 3, 20)));
    assertThat(plan(computed, Devices.mebibytes(2240, 3000)))
        .returns(1, BatchPlan::batch)
        .returns(12, BatchPlan::marginPercent);
    assertThat(plan(computed, Devices.mebibytes(11_000, 12_000)))
        .returns(8, BatchPlan::batch)
        .returns(19, BatchPlan::marginPercent);
    assertThatThrownBy(() -> new MemoryModel.Doubt(part, 20, 3))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The margin is of the figures, not of the context, which is known. */
  @Test
  void theContextIsAddedToWhatAnAllocatorCounted() {
    assertThat(plan(line(OptionalInt.of(4), CONTEXT, List.of()), Devices.mebibytes(8100, 8100)))
        .returns(6, BatchPlan::batch)
        .returns(
            new MemorySize((long) (7000 * 1.08 * (1 << 20)) + CONTEXT.bytes()), BatchPlan::needs);
    Points sweep = points(CONTEXT, amount(1, 3362), amount(4, 5000));
    assertThat(plan(sweep, Devices.mebibytes(3874, 4096)).batch()).isEqualTo(1);
    assertThat(
            PLANNER.plan(profile(sweep), Budget.of(List.of(Devices.mebibytes(3873, 4096)), true)))
        .isInstanceOf(DoesNotFit.class);
  }

  @Test
  void aCardHeldItsContextAlready() {
    BatchPlan plan = plan(points(CONTEXT, card(1, 24)), Devices.mebibytes(22563, 23034));
    assertThat(plan.needs()).isEqualTo(MemorySize.ofGigabytes(24));
    assertThat(plan.tight()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"24576, true", "24577, false", "46068, false"})
  void onALargerCardThanTheOneOnWhichItRanItIsNotTight(long total, boolean tight) {
    Points model = points(CONTEXT, card(4, 24));
    Budget two =
        new Budget(List.of(Devices.mebibytes(total - 400, total)), 1, 1, false, 0, Ceilings.none());
    ModelProfile recipe = Devices.profile(model, OptionalInt.of(4));
    assertThat(plan(recipe, two).tight()).isEqualTo(tight);
  }

  @Test
  void whatLeavesLessThanTwentiethIsTight() {
    Points model = points(new MemorySize(0), amount(1, 10_000));
    ModelProfile recipe = Devices.profile(model, OptionalInt.of(1));
    assertThat(plan(recipe, Budget.of(List.of(Devices.mebibytes(10_499, 20_000)), false)))
        .returns(true, BatchPlan::tight)
        .extracting(BatchPlan::why)
        .asString()
        .contains("are free, which is tight; the recipe");
    assertThat(plan(recipe, Budget.of(List.of(Devices.mebibytes(10_500, 20_000)), false)).tight())
        .isFalse();
  }

  /** A V100 of 32 GB has 32510 MiB, which is more than 32 GB and less than 32 GiB. */
  @Test
  void whatRanOutOfMemoryElsewhereIsNotTriedOnACardOfItsSize() {
    Linear model =
        line(OptionalInt.of(64), CONTEXT, List.of(Failure.onCard(4, 32, "an issue of theirs")));
    BatchPlan plan = plan(model, Devices.mebibytes(32_000, 32_510));
    assertThat(plan.batch()).isEqualTo(3);
    assertThat(plan.why())
        .endsWith("; batch 4 ran out of memory on a card of 32 GB (an issue of theirs)");
    assertThat(plan(model, Devices.mebibytes(40_000, 40_960)).batch()).isGreaterThan(30);
  }

  @Test
  void whereOneItemRanOutOfMemoryElsewhereTheNextSizeIsAdvised() {
    Linear model =
        line(OptionalInt.of(64), CONTEXT, List.of(Failure.onCard(1, 32, "an issue of theirs")));
    Budget budget = Budget.of(List.of(Devices.mebibytes(32_000, 32_510)), false);
    DoesNotFit refused = refusal(profile(model), budget);
    assertThat(refused.smallestClassGigabytes()).hasValue(40);
    assertThat(refused.reason())
        .endsWith(
            "; batch 1 ran out of memory on a card of 32 GB (an issue of theirs): submit it with"
                + " --constraint=vram_ge_40g");
  }

  @Test
  void whatRanOutOfMemoryHereIsRememberedForAsMuchMemoryOrLess() {
    MemorySize then = MemorySize.ofMebibytes(16_000);
    Ceilings ceilings =
        Ceilings.of(List.of(new Ceiling("v", 10, then), new Ceiling("other", 2, then)));
    assertThat(plan(profile(line(OptionalInt.of(64))), within(16_000, ceilings)))
        .returns(9, BatchPlan::batch)
        .extracting(BatchPlan::why)
        .asString()
        .endsWith("; batch 10 ran out of memory here before");
    assertThat(plan(profile(line(OptionalInt.of(64))), within(16_320, ceilings)).batch())
        .as("2 % more is as much")
        .isEqualTo(9);
    assertThat(plan(profile(line(OptionalInt.of(64))), within(16_321, ceilings)).batch())
        .isEqualTo(14);
  }

  /** It may have been another command's; and somebody else may have been on the card. */
  @Test
  void whatIsRememberedAloneRefusesNothing() {
    MemorySize then = MemorySize.ofMebibytes(16_000);
    Ceilings ceilings = Ceilings.of(List.of(new Ceiling("v", 4, then), new Ceiling("v", 1, then)));
    assertThat(plan(profile(line(OptionalInt.of(64))), within(16_000, ceilings)))
        .returns(1, BatchPlan::batch)
        .extracting(BatchPlan::why)
        .asString()
        .contains("batch 1 ran out of memory here before and is tried all the same");
    assertThat(
            new BatchPlanner(List.of(24))
                .plan(profile(line(OptionalInt.of(64))), within(500, ceilings)))
        .isInstanceOf(DoesNotFit.class);
  }

  private static Budget within(long mebibytes, Ceilings ceilings) {
    return new Budget(List.of(Devices.mebibytes(mebibytes, 24_000)), 1, 1, false, 0, ceilings);
  }

  @Test
  void aMarginOfTheCallersIsAddedToTheModels() {
    Budget budget =
        new Budget(List.of(Devices.mebibytes(5000, 5000)), 1, 1, false, 20, Ceilings.none());
    assertThat(plan(profile(line(OptionalInt.of(64))), budget))
        .returns(3, BatchPlan::batch)
        .returns(25, BatchPlan::marginPercent)
        .returns(MemorySize.ofMebibytes(5000), BatchPlan::needs);
  }

  /** A batch that was seen needs no margin of its own; the caller's it has all the same. */
  @Test
  void aMarginOfTheCallersIsAddedWhereABatchWasSeen() {
    Points seen = points(new MemorySize(0), amount(1, 1000), amount(4, 2000));
    Budget exact =
        new Budget(List.of(Devices.mebibytes(1200, 1200)), 1, 1, false, 20, Ceilings.none());
    assertThat(plan(profile(seen), exact))
        .returns(1, BatchPlan::batch)
        .returns(20, BatchPlan::marginPercent);
    Budget less =
        new Budget(List.of(Devices.mebibytes(1199, 1199)), 1, 1, false, 20, Ceilings.none());
    assertThat(refusal(profile(seen), less).reason()).contains("with 20 % margin");
  }

  /** Every card sold as 32 GB has 32 GiB at the most, and one may have all of them. */
  @ParameterizedTest
  @CsvSource({"32768, 3", "32769, 29"})
  void aFailureIsOfEveryCardThatHasNoMore(long mebibytes, int batch) {
    Linear failed = line(OptionalInt.of(64), CONTEXT, List.of(Failure.onCard(4, 32, "a ticket")));
    assertThat(plan(failed, Devices.mebibytes(mebibytes, mebibytes)).batch()).isEqualTo(batch);
  }

  /** 4 tasks of a step, with a GPU each: the recipe's 64 is that of all four. */
  @Test
  void theRecipeIsOfAllThatTrainTogether() {
    Budget budget =
        new Budget(List.of(Devices.mebibytes(12_000, 12_000)), 4, 1, false, 0, Ceilings.none());
    BatchPlan plan = plan(Devices.profile(line(OptionalInt.of(64)), OptionalInt.of(64)), budget);
    assertThat(plan.batch()).isEqualTo(8);
    assertThat(plan.accumulation()).isEqualTo(2);
    assertThat(plan.effectiveBatch()).isEqualTo(64);
    assertThat(plan.why()).endsWith("; up to 10 would fit, and 8 meets the recipe's 64 exactly");
  }

  @Test
  void tasksThatSeeTheSameDeviceShareIt() {
    Budget budget =
        new Budget(List.of(Devices.mebibytes(24_000, 24_564)), 4, 4, false, 0, Ceilings.none());
    assertThat(plan(profile(line(OptionalInt.of(64))), budget))
        .returns(4, BatchPlan::batch)
        .returns(MemorySize.ofMebibytes(6000), BatchPlan::budget);
    Linear large =
        new Linear(Basis.MEASURED, "s", MemorySize.ofMebibytes(7000), CONTEXT, new MemorySize(0));
    assertThat(refusal(profile(large), budget).reason())
        .contains("a card (shared by 4 tasks) has 6.3 GB free of 6.4 GB");
  }

  @Test
  void whatTheDriverKeepsIsNobodysToPlanWith() {
    MemorySize total = MemorySize.ofMebibytes(10_000);
    Device device =
        new Device(
            "GPU-1",
            "a card",
            Optional.of(GpuVendor.NVIDIA),
            total,
            total,
            MemorySize.ofMebibytes(2000),
            Version.parse("8.9"),
            Optional.empty());
    assertThat(plan(line(OptionalInt.of(64)), device).batch()).isEqualTo(6);
    assertThat(device.within(MemorySize.ofMebibytes(5000), "a part").budget())
        .isEqualTo(MemorySize.ofMebibytes(5000));
    assertThat(device.within(MemorySize.ofMebibytes(9000), "a part").budget())
        .isEqualTo(MemorySize.ofMebibytes(8000));
  }

  /** A class has at the least 3776 MiB of 4 GB; a card that is known to have 4096 has those. */
  @Test
  void aSmallCardThatIsKnownMayDoWhereItsClassDoesNot() {
    ModelProfile small = profile(points(CONTEXT, amount(1, 3362)));
    assertThat(PLANNER.smallestClass(small, false)).hasValue(6);
    Device known =
        Device.empty(
            "a known card",
            Optional.of(GpuVendor.NVIDIA),
            MemorySize.ofMebibytes(4096),
            Version.parse("7.5"));
    assertThat(plan(small, Budget.of(List.of(known), false)))
        .returns(1, BatchPlan::batch)
        .returns(true, BatchPlan::tight);
  }

  @Test
  void aBatchAboveSixteenThousandIsKnownIfItWasSeen() {
    Points model = points(new MemorySize(0), amount(1, 1000), amount(40_000, 2000));
    assertThat(plan(model, Devices.mebibytes(2000, 2000)).batch()).isEqualTo(40_000);
    assertThat(plan(model, Devices.mebibytes(9000, 9000)).batch())
        .isEqualTo(MemoryModel.LARGEST_BATCH);
  }

  @Test
  void aSmallerPlanKeepsTheRecipeAndAllElse() {
    ModelProfile profile = Devices.profile(line(OptionalInt.of(64)), OptionalInt.of(128));
    BatchPlan plan = plan(profile, Budget.of(List.of(Devices.mebibytes(20_000, 20_000)), false));
    assertThat(plan.batch()).isEqualTo(16);
    BatchPlan smaller = PLANNER.smaller(profile, plan, 0.85).orElseThrow();
    assertThat(smaller.batch()).isEqualTo(8);
    assertThat(smaller.accumulation()).isEqualTo(16);
    assertThat(smaller.budget()).isEqualTo(plan.budget());
    assertThat(smaller.why())
        .isEqualTo("variant v ran out of memory with batch 16, so that 8 is tried now");
    ModelProfile any = profile(line(OptionalInt.of(64)));
    BatchPlan free = plan(any, Budget.of(List.of(Devices.mebibytes(20_000, 20_000)), false));
    assertThat(free.batch()).isEqualTo(18);
    assertThat(PLANNER.smaller(any, free, 0.85).orElseThrow().batch()).isEqualTo(15);
    assertThatThrownBy(() -> PLANNER.smaller(any, free, 1)).hasMessageContaining("found 1.0");
  }

  @Test
  void underOneItemNothingIsTried() {
    ModelProfile any = profile(line(OptionalInt.of(64)));
    BatchPlan one = plan(any, Budget.of(List.of(Devices.mebibytes(2100, 2100)), false));
    assertThat(PLANNER.smaller(any, one, 0.85)).isEmpty();
  }

  @Test
  void theSentencesInFrench() {
    Locale before = Locale.getDefault(Locale.Category.DISPLAY);
    try {
      Language.FRENCH.speak();
      Linear failed =
          line(OptionalInt.of(64), CONTEXT, List.of(Failure.onCard(4, 32, "un ticket")));
      assertThat(plan(failed, Devices.mebibytes(32_000, 32_510)).why())
          .isEqualTo(
              "la variante v demande 4,9 Go avec 5 % de marge (publié), 33,6 Go sont libres ; un lot"
                  + " de 4 a manqué de mémoire sur une carte de 32 Go (un ticket)");
      ModelProfile recipe = Devices.profile(line(OptionalInt.of(64)), OptionalInt.of(128));
      BatchPlan plan = plan(recipe, Budget.of(List.of(Devices.mebibytes(20_000, 20_000)), false));
      assertThat(plan.why())
          .endsWith(" ; jusqu'à 18 tiendraient, et 16 donne exactement les 128 de la recette");
      assertThat(PLANNER.smaller(recipe, plan, 0.85).orElseThrow().why())
          .isEqualTo(
              "la variante v a manqué de mémoire avec un lot de 16 : 8 est essayé maintenant");
    } finally {
      Locale.setDefault(Locale.Category.DISPLAY, before);
    }
  }

  @Test
  void whereOnlyAVariantForNewerCardsFitsTheRefusalSaysSo() {
    Variant newer =
        new Variant("v", Map.of(), line(OptionalInt.of(4)), Optional.empty(), Version.parse("8.0"));
    ModelProfile profile = Devices.profile(List.of(newer), OptionalInt.empty(), Devices.NOTHING);
    BatchPlanner planner = new BatchPlanner(Devices.LADDER, Devices.CAPABILITIES, Advice.SLURM);
    assertThat(planner.plan(profile, card(9000, "7.5")))
        .isInstanceOfSatisfying(
            Unsupported.class,
            refused ->
                assertThat(refused.reason())
                    .contains("needs compute capability 8.0 or newer, and this one has 7.5")
                    .contains("gpu_cc_ge_8_0"));
    assertThat(plan(profile, card(9000, "8.0")).batch()).isEqualTo(7);
    assertThat(planner.plan(profile, card(900, "7.5")))
        .as("it would not fit a newer card of this size either")
        .isInstanceOf(DoesNotFit.class);
  }

  private static Budget card(long mebibytes, String capability) {
    MemorySize size = MemorySize.ofMebibytes(mebibytes);
    return Budget.of(List.of(Devices.nvidia(size, size, capability, "555.42")), true);
  }

  private static ModelProfile profile(MemoryModel model) {
    return Devices.profile(model, OptionalInt.empty());
  }
}
