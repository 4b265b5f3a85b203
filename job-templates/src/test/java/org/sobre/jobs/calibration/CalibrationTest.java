package org.sobre.jobs.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sobre.jobs.calibration.Lines.CARD;
import static org.sobre.jobs.calibration.Lines.ceiling;
import static org.sobre.jobs.calibration.Lines.gib;
import static org.sobre.jobs.calibration.Lines.ofFramework;
import static org.sobre.jobs.calibration.Lines.point;
import static org.sobre.jobs.calibration.Lines.profile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.plan.Budget;
import org.sobre.jobs.plan.Ceilings;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.plan.DoesNotFit;
import org.sobre.jobs.plan.PlanResult;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Points;
import org.sobre.jobs.profile.Variant;

class CalibrationTest {

  @Test
  void twoMeasuredBatchesTakeTheProfilesPlace() {
    Calibration known = of(point(4, 10_000, 12_000, 1), point(8, 14_000, 15_000, 2));
    Points model = (Points) known.profile().variants().get(0).memory();
    assertThat(model.basis()).isEqualTo(Basis.MEASURED);
    assertThat(model.source()).contains("2026-11-21");
    assertThat(model.points())
        .extracting(p -> p.batch() + " " + p.memory().mebibytes())
        .as("the slope of the tensors, the fragments of the largest")
        .containsExactly("1 10093", "4 11000", "8 15000");
    assertThat(model.context().mebibytes()).isEqualTo(512);
    assertThat(plan(known).batch())
        .as("15 would need 22 000 MiB, 8 % and the context")
        .isEqualTo(14);
  }

  @Test
  void oneMeasuredBatchIsNoLine() {
    assertThat(of(point(4, 1_000, 1_000, 1)).profile()).isEqualTo(profile());
    Calibration twice = of(point(4, 1_000, 1_000, 1), point(4, 2_000, 2_000, 2));
    assertThat(twice.profile()).isEqualTo(profile());
    assertThat(twice.points("full"))
        .extracting(l -> l.at().getEpochSecond() % 60)
        .containsExactly(2L);
  }

  /**
   * 0 at a batch that was measured, 5 % between two, 8 % up to twice the largest, and no further.
   */
  @Test
  void margins() {
    Calibration known = of(point(4, 8_000, 8_000, 1), point(8, 10_000, 10_000, 2));
    assertThat(on(known, 10_512).batch()).as("no margin, and the context").isEqualTo(8);
    assertThat(on(known, 10_512).marginPercent()).isZero();
    assertThat(on(known, 10_511).batch()).as("9 500 MiB, 5 % and the context").isEqualTo(7);
    assertThat(on(known, 10_511).marginPercent()).isEqualTo(5);
    assertThat(on(known, 8_512).batch()).isEqualTo(4);
    assertThat(on(known, 8_512).marginPercent()).isZero();
    Calibration slow = of(point(4, 8_000, 8_000, 1), point(8, 8_400, 8_400, 2));
    assertThat(on(slow, 9_700).batch()).as("8 500 MiB, 8 % and the context").isEqualTo(9);
    assertThat(on(slow, 9_700).marginPercent()).isEqualTo(8);
    assertThat(on(known, 90_000).batch())
        .as("not by the line beyond twice: by the profile, which says 20")
        .isEqualTo(20);
  }

  /** By the profile 10 more need 1 000 MiB; what ran here with half is not planned by it. */
  @Test
  void oneBatchOfAnOrdinaryRunCountsUpToTwiceAsMany() {
    Calibration known = of(point(6, 5_600, 6_000, 1));
    assertThat(on(known, 6_512).batch()).as("as it ran").isEqualTo(6);
    assertThat(on(known, 6_512).marginPercent()).isZero();
    assertThat(on(known, 6_511, PlanResult.class)).isInstanceOf(DoesNotFit.class);
    assertThat(on(known, 10_000).batch()).as("8 of 1 000 MiB each, 8 %").isEqualTo(8);
    assertThat(on(known, 10_000).marginPercent()).isEqualTo(8);
    assertThat(on(known, 10_000).why()).contains("measured");
    assertThat(on(known, 24_000).batch()).as("the profile's 20, not 12").isEqualTo(20);
    Calibration small = of(point(16, 9_000, 9_000, 1));
    assertThat(on(small, 48_000).batch()).as("twice, and no further").isEqualTo(32);
    assertThat(on(of(point(16, 9_000, 9_000, 1), ceiling(20, 48_000, 2)), 48_000).batch())
        .isEqualTo(19);
  }

  private static BatchPlan on(Calibration known, long mebibytes) {
    return on(known, mebibytes, BatchPlan.class);
  }

  /** As the wrappers plan. */
  private static <R extends PlanResult> R on(Calibration known, long mebibytes, Class<R> type) {
    Budget budget = Budget.of(List.of(Lines.card("8.9", mebibytes)), false);
    return type.cast(known.plan(new BatchPlanner(List.of(24)), budget));
  }

  @Test
  void aShortRunDoesNotLowerWhatABatchTook() {
    Calibration known = of(point(4, 8_000, 9_000, 1), point(4, 2_000, 2_500, 2));
    assertThat(known.points("full"))
        .extracting(l -> l.at().getEpochSecond() % 60)
        .containsExactly(1L);
  }

  /** Of one kind, but with a third of the memory: what is measured there does not refuse here. */
  @Test
  void aSmallerCardThanThatOfThePointsStillHasItsSmallBatch() {
    CalibrationLine one = large(32, 34_000, 36_000, 80_000, 1);
    CalibrationLine two = large(64, 60_000, 62_000, 80_000, 2);
    BatchPlan here = plan(of(one, two), Lines.card("8.9", 24_000));
    assertThat(here.batch()).isBetween(14, 17);
    assertThat(plan(of(one, two), Lines.card("8.9", 80_000)).batch()).isBetween(64, 80);
  }

  /** What a larger card's larger batch leaves in fragments is not asked of what ran with less. */
  @Test
  void whatRanHereFitsHereWhateverALargerOneLeft() {
    CalibrationLine here = large(12, 27_648, 30_208, 32_051, 1);
    CalibrationLine there = large(110, 86_016, 94_208, 96_000, 2);
    assertThat(plan(of(here, there), Lines.card("8.9", 32_051)).batch()).isEqualTo(12);
  }

  /** The optimizer's step takes the same for both: what items take begins somewhere beyond. */
  @Test
  void onTheFloorOfAStepNoSlopeIsBelieved() {
    Calibration flat = of(point(8, 20_000, 20_000, 1), point(16, 20_100, 20_100, 2));
    assertThat(plan(flat).batch()).isLessThanOrEqualTo(18);
    Calibration near = of(point(8, 20_000, 20_000, 1), point(9, 20_500, 20_500, 2));
    assertThat(near.profile()).as("too near for a line").isEqualTo(profile());
  }

  /** A file has whole MiB, and no two looks find the same. */
  @Test
  void aCeilingHoldsTheNextTimeToo() {
    CalibrationLine met =
        CalibrationLine.ceiling(
            Lines.key(),
            Optional.empty(),
            12,
            new MemorySize(gib(24_000).bytes() - 1),
            "CUDA out of memory",
            Lines.BEGIN);
    CalibrationLine read = CalibrationCodec.decode(CalibrationCodec.encode(met)).orElseThrow();
    assertThat(read.budget()).isEqualTo(gib(24_000));
    assertThat(plan(of(read), Lines.card("8.9", 24_010)).batch()).isEqualTo(11);
    assertThat(of(read, point(12, 1_000, 1_000, 5)).ceilingLines()).isEmpty();
    assertThat(of(ceiling(12, 23_900, 1), point(12, 1_000, 1_000, 5)).ceilingLines())
        .as("ran with hardly more")
        .isEmpty();
  }

  private static CalibrationLine large(
      int batch, long allocated, long reserved, long budget, int second) {
    return CalibrationLine.point(
        Lines.key(),
        Optional.empty(),
        batch,
        gib(budget),
        Peak.reported(gib(allocated), gib(reserved)),
        OptionalDouble.empty(),
        Lines.BEGIN.plusSeconds(second));
  }

  @Test
  void theDriversCountHasEverythingInItAndALittleIsLeftBeside() {
    Calibration known = of(seen(1, 10_000, 1), seen(2, 9_000, 2), seen(4, 20_000, 3));
    Points model = (Points) known.profile().variants().get(0).memory();
    assertThat(model.context().bytes()).isZero();
    assertThat(model.points())
        .extracting(p -> p.memory().mebibytes())
        .as("5 % more, and never less for a larger batch")
        .containsExactly(10_500L, 10_500L, 21_000L);
  }

  @Test
  void whatRanOutOfMemoryIsACeilingForAsMuchMemoryOrLess() {
    Calibration known = of(ceiling(12, 24_000, 1), ceiling(9, 16_000, 2));
    assertThat(plan(known).batch()).isEqualTo(11);
    assertThat(plan(known, Lines.card("8.9", 16_000)).batch()).isEqualTo(8);
    assertThat(plan(known, Lines.card("8.9", 48_000)).batch()).isEqualTo(20);
  }

  @Test
  void aSuccessAtACeilingClearsIt() {
    CalibrationLine success = point(12, 1_000, 1_000, 5);
    assertThat(of(ceiling(12, 24_000, 1), success).ceilingLines()).isEmpty();
    assertThat(of(success, ceiling(12, 24_000, 6)).ceilingLines()).as("later").hasSize(1);
    assertThat(of(ceiling(13, 24_000, 1), success).ceilingLines()).as("smaller").hasSize(1);
    assertThat(of(ceiling(12, 20_000, 1), success).ceilingLines()).as("with more").hasSize(1);
    CalibrationLine cleared =
        CalibrationLine.cleared(
            Lines.key(), Optional.empty(), 12, gib(20_000), Lines.BEGIN.plusSeconds(9));
    assertThat(of(ceiling(12, 24_000, 1), cleared).ceilingLines()).isEmpty();
  }

  @Test
  void anotherFrameworkForgets() {
    CalibrationLine old = ofFramework(ceiling(8, 24_000, 1), "torch-2.10");
    CalibrationLine untold = ceiling(7, 24_000, 2);
    CalibrationLine now = ofFramework(ceiling(9, 24_000, 3), "torch-2.11");
    assertThat(of(old, untold).ceilingLines()).as("of the one before").containsExactly(old, untold);
    assertThat(of(old, untold, now).ceilingLines()).containsExactly(now);
    assertThat(of(untold, now).ceilingLines()).as("of the first").containsExactly(untold, now);
    CalibrationLine later = ceiling(6, 24_000, 4);
    assertThat(of(old, untold, now, later).ceilingLines()).containsExactly(now, later);
  }

  @Test
  void anotherKindOfCardOrRecipeTellsNothing() {
    List<CalibrationLine> lines = List.of(ceiling(2, 48_000, 1));
    Device other = Lines.card("9.0", 24_000);
    assertThat(Calibration.of(lines, profile(), List.of(other)).ceilingLines()).isEmpty();
    Device amd =
        new Device(
            "AMD-1",
            "AMD Instinct MI210",
            GpuVendor.AMD,
            gib(1),
            gib(1),
            Optional.empty(),
            Optional.empty());
    Variant variant = profile().variants().get(0);
    assertThat(CalibrationKey.of("p", variant, amd).arch()).isEqualTo("AMD Instinct MI210");
    Device part = amd.within(gib(1), "AMD Instinct MI210 (2 of 8 shards)");
    assertThat(part.model()).contains("shards");
    assertThat(CalibrationKey.of("p", variant, part).arch()).isEqualTo("AMD Instinct MI210");
    Variant changed =
        new Variant("full", Map.of("precision", "bf16"), variant.memory(), variant.loses());
    assertThat(
            Calibration.of(lines, profile().with(List.of(changed)), List.of(CARD)).ceilingLines())
        .isEmpty();
    assertThat(CalibrationKey.recipe(Map.of("a", "1", "b", "2")))
        .isNotEqualTo(CalibrationKey.recipe(Map.of("a", "1", "b", "3")))
        .hasSize(64);
  }

  /** One line does not hold for both; but what failed on either would fail again. */
  @Test
  void onUnlikeCardsOnlyCeilingsCount() {
    Calibration known =
        Calibration.of(
            List.of(
                point(4, 10_000, 12_000, 1), point(8, 14_000, 15_000, 2), ceiling(9, 24_000, 3)),
            profile(),
            List.of(CARD, Lines.card("9.0", 24_000)));
    assertThat(known.profile()).isEqualTo(profile());
    assertThat(known.ceilingLines()).hasSize(1);
  }

  /** Several hold the buckets of their gradients, too, which nobody has seen. */
  @Test
  void whatOneProcessTookIsNoExactFigureForSeveral() {
    CalibrationLine four = point(4, 8_000, 8_000, 1);
    CalibrationLine eight = point(8, 10_000, 10_000, 2);
    Calibration known = of(four, eight);
    assertThat(of(2, known, 10_512).batch()).as("10 800 MiB and the context").isEqualTo(6);
    assertThat(of(2, known, 11_312).batch()).isEqualTo(8);
    assertThat(of(2, known, 11_312).marginPercent()).isEqualTo(8);
    assertThat(on(known, 10_512).batch()).as("one").isEqualTo(8);
    Calibration both = of(four, eight, four.of(2), eight.of(2));
    assertThat(of(2, both, 10_512).batch()).isEqualTo(8);
    assertThat(of(2, both, 10_512).marginPercent()).isZero();
    assertThat(of(4, both, 10_512).batch()).as("another number again").isEqualTo(6);
    CalibrationLine lone = point(6, 5_600, 6_000, 1);
    assertThat(of(2, of(lone), 6_992).batch()).isEqualTo(6);
    assertThat(of(2, of(lone), 6_992).marginPercent()).isEqualTo(8);
    assertThat(of(2, of(lone.of(2)), 6_512).batch()).isEqualTo(6);
    assertThat(of(2, of(lone.of(2)), 6_512).marginPercent()).isZero();
  }

  @Test
  void aSuccessOfOneProcessRefutesNoCeilingOfSeveral() {
    CalibrationLine met = ceiling(12, 24_000, 1).of(8);
    CalibrationLine success = point(12, 1_000, 1_000, 5);
    assertThat(of(met, success).ceilingLines()).containsExactly(met);
    assertThat(of(met, success.of(8)).ceilingLines()).isEmpty();
    assertThat(of(ceiling(12, 24_000, 1), success.of(8)).ceilingLines()).isEmpty();
  }

  @Test
  void aRunWithJoinedPiecesIsRememberedUntilOneAsLargeRunsWithout() {
    CalibrationLine run = point(8, 1_000, 1_000, 9);
    CalibrationLine joined = run.joined(true);
    assertThat(of(run).joins(run)).isFalse();
    assertThat(of(joined).joins(run)).isTrue();
    assertThat(of(joined).joins(point(7, 1, 1, 9))).isFalse();
    assertThat(of(joined, point(7, 1, 1, 10)).joins(run)).isTrue();
    assertThat(of(joined, point(8, 1, 1, 10)).joins(run)).isFalse();
  }

  private static BatchPlan of(int processes, Calibration known, long mebibytes) {
    Device card = Lines.card("8.9", mebibytes);
    Budget budget = new Budget(List.of(card), processes, 1, false, 0, Ceilings.none());
    return (BatchPlan) known.plan(new BatchPlanner(List.of(24)), budget);
  }

  private static CalibrationLine seen(int batch, long taken, int second) {
    return CalibrationLine.point(
        Lines.key(),
        Optional.empty(),
        batch,
        gib(24_000),
        Peak.seen(gib(taken)),
        OptionalDouble.empty(),
        Lines.BEGIN.plusSeconds(second));
  }

  private static Calibration of(CalibrationLine... lines) {
    return Calibration.of(List.of(lines), profile(), List.of(CARD));
  }

  private static BatchPlan plan(Calibration known) {
    return plan(known, CARD);
  }

  private static BatchPlan plan(Calibration known, Device device) {
    Budget budget = Budget.of(List.of(device), false).under(known.ceilings());
    return (BatchPlan) new BatchPlanner(List.of(24)).plan(known.profile(), budget);
  }
}
