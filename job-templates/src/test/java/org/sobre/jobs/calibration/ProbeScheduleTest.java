package org.sobre.jobs.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sobre.jobs.calibration.Lines.gib;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.jobs.calibration.ProbeSchedule.Outcome;
import org.sobre.jobs.calibration.ProbeSchedule.Ran;
import org.sobre.jobs.calibration.ProbeSchedule.TooLarge;

class ProbeScheduleTest {

  /** What a program of so much fixed memory and so much an item is asked, one after the other. */
  @ParameterizedTest
  @CsvSource({
    // budget, fixed, an item, first, expected
    "24000, 10000, 1000, 4, 4 8 12",
    "24000, 10000, 100, 8, 8 16 32 64",
    "24000, 23500, 100, 1, 1 2 4 8",
    "24000, 10000, 6000, 8, 8 4 2 1",
    "24000, 25000, 1, 4, 4 2 1",
    "24000, 10000, 9000, 1, 1 2",
    "24000, 10000, 1000, 13, 13 26 19 6",
  })
  void growsByTwoAtTheMostAndStopsWhereNothingIsToBeLearned(
      long budget, long fixed, long item, int first, String expected) {
    List<Outcome> before =
        run(new ProbeSchedule(gib(budget), first, 300, 4), budget, fixed, 0, item);
    assertThat(batches(before)).isEqualTo(expected);
  }

  @Test
  void theStepsOwnNeedHidesTheSlopeAndTheNextIsTwiceAsLargeNoMore() {
    List<Outcome> before =
        run(new ProbeSchedule(gib(24_000), 1, 300, 4), 24_000, 5_000, 12_000, 500);
    assertThat(batches(before)).isEqualTo("1 2 4 8");
  }

  @Test
  void noBatchIsTriedThatNobodyWants() {
    ProbeSchedule schedule = new ProbeSchedule(gib(24_000), 8, 12, 4);
    assertThat(batches(run(schedule, 24_000, 1_000, 0, 100))).isEqualTo("8 12");
  }

  @Test
  void nothingIsTriedTwiceNorBeyondTwiceWhatRan() {
    Random random = new Random(11);
    for (int i = 0; i < 1_000; i++) {
      long budget = 1_000L + random.nextInt(100_000);
      int first = 1 + random.nextInt(300);
      int most = 1 + random.nextInt(6);
      List<Outcome> before =
          run(
              new ProbeSchedule(gib(budget), first, 300, most),
              budget,
              random.nextInt(100_000),
              random.nextInt(100_000),
              1 + random.nextInt(5_000));
      assertThat(before.size()).isBetween(1, most);
      List<Integer> seen = new ArrayList<>();
      int largest = 0;
      for (Outcome outcome : before) {
        int batch = batch(outcome);
        assertThat(seen).doesNotContain(batch);
        assertThat(batch).isPositive();
        if (largest > 0) {
          assertThat(batch).isLessThanOrEqualTo(2 * largest);
        }
        seen.add(batch);
        largest = outcome instanceof Ran ? Math.max(largest, batch) : largest;
      }
    }
  }

  @Test
  void theLineGoesThroughTheTwoLargest() {
    LineFit fit =
        LineFit.of(
                List.of(
                    new LineFit.Sample(1, gib(9_999)),
                    new LineFit.Sample(8, gib(10_000)),
                    new LineFit.Sample(4, gib(6_000))))
            .orElseThrow();
    assertThat(fit.perItem().mebibytes()).isEqualTo(1_000);
    assertThat(fit.fixed().mebibytes()).isEqualTo(2_000);
    assertThat(fit.onFloor()).isFalse();
    assertThat(fit.largestUnder(gib(12_500))).hasValue(10L);
    assertThat(fit.largestUnder(gib(1))).hasValue(0L);
    assertThat(LineFit.of(List.of(new LineFit.Sample(1, gib(1)), new LineFit.Sample(1, gib(2)))))
        .isEmpty();
  }

  @Test
  void aLineOnTheFloorTellsNothing() {
    LineFit fit =
        LineFit.of(List.of(new LineFit.Sample(4, gib(43_500)), new LineFit.Sample(8, gib(43_600))))
            .orElseThrow();
    assertThat(fit.onFloor()).isTrue();
    assertThat(fit.largestUnder(gib(80_000))).isEmpty();
  }

  private static List<Outcome> run(
      ProbeSchedule schedule, long budget, long fixed, long step, long item) {
    List<Outcome> before = new ArrayList<>();
    OptionalInt next = schedule.next(before);
    while (next.isPresent()) {
      int batch = next.getAsInt();
      long needed = Math.max(step, fixed + item * batch);
      before.add(needed > budget ? new TooLarge(batch) : new Ran(batch, gib(needed)));
      next = schedule.next(before);
    }
    return before;
  }

  private static String batches(List<Outcome> outcomes) {
    return String.join(" ", outcomes.stream().map(o -> String.valueOf(batch(o))).toList());
  }

  private static int batch(Outcome outcome) {
    return outcome instanceof Ran ran ? ran.batch() : ((TooLarge) outcome).batch();
  }
}
