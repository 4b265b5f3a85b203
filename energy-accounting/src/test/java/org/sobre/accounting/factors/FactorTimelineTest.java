package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.factors.FactorTimeline.Entry;

final class FactorTimelineTest {

  private static final LocalDate START = LocalDate.of(2024, 2, 1);
  private static final int LENGTH = 120;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 200));
  }

  /** Against a value for each day, held one by one. */
  @ParameterizedTest
  @MethodSource("seeds")
  void isWhatEachDayWasTold(long seed) {
    Random random = new Random(seed);
    List<Optional<Integer>> days = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      days.add(Optional.empty());
    }
    List<Entry<Integer>> entries = new ArrayList<>();
    int day = random.nextInt(20);
    while (day < LENGTH) {
      int end = Math.min(LENGTH, day + 1 + random.nextInt(30));
      int value = random.nextInt(1000);
      entries.add(new Entry<>(Days.between(START.plusDays(day), START.plusDays(end)), value));
      for (int i = day; i < end; i++) {
        days.set(i, Optional.of(value));
      }
      day = end + (random.nextBoolean() ? 0 : random.nextInt(10));
    }
    Collections.shuffle(entries, random);
    FactorTimeline<Integer> timeline = FactorTimeline.of(entries);
    Set<LocalDate> changes = new HashSet<>(timeline.changes(START, START.plusDays(LENGTH)));
    Set<LocalDate> inGaps = new HashSet<>();
    for (Days gap : timeline.gaps(START, START.plusDays(LENGTH))) {
      gap.from().orElseThrow().datesUntil(gap.until().orElseThrow()).forEach(inGaps::add);
    }
    for (int i = 0; i < LENGTH; i++) {
      LocalDate date = START.plusDays(i);
      assertThat(timeline.at(date)).as("seed %d, %s", seed, date).isEqualTo(days.get(i));
      assertThat(inGaps.contains(date)).isEqualTo(days.get(i).isEmpty());
      if (i > 0 && !days.get(i).equals(days.get(i - 1))) {
        assertThat(changes).as("seed %d, %s", seed, date).contains(date);
      }
    }
  }

  @Test
  void anOpenBeginOrEndHoldsForEver() {
    LocalDate day = LocalDate.of(2025, 1, 1);
    FactorTimeline<String> timeline =
        FactorTimeline.of(
            List.of(
                new Entry<>(new Days(Optional.of(day), Optional.empty()), "after"),
                new Entry<>(new Days(Optional.empty(), Optional.of(day)), "before")));
    assertThat(timeline.at(LocalDate.of(1900, 1, 1))).contains("before");
    assertThat(timeline.at(LocalDate.of(2900, 1, 1))).contains("after");
    assertThat(timeline.gaps()).isEmpty();
    assertThat(timeline.changes(LocalDate.of(2024, 1, 1), LocalDate.of(2026, 1, 1)))
        .containsExactly(day);
    assertThat(timeline.changes(day, LocalDate.of(2026, 1, 1))).isEmpty();
  }

  @Test
  void refusesTwoValuesOfADay() {
    assertThatThrownBy(
            () ->
                FactorTimeline.of(
                    List.of(
                        new Entry<>(Days.ALL, 1),
                        new Entry<>(
                            Days.between(LocalDate.of(2025, 1, 1), LocalDate.of(2025, 1, 2)), 2))))
        .hasMessageContaining("expected one value a day");
  }
}
