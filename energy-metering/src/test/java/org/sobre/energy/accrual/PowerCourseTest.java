package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;

class PowerCourseTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long WATT_SECOND = 1_000_000L;

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final MeterId CPU = new MeterId(Part.CPU_PACKAGE, "0");
  private static final MeterId MODEL = new MeterId(Part.CPU_PACKAGE, "all");

  private final PowerCourse course = new PowerCourse();

  @Test
  void ashortRunHasAStepASecond() {
    add(0, SECOND, 100 * WATT_SECOND);
    add(2 * SECOND, 3 * SECOND, 50 * WATT_SECOND);
    assertThat(profile(3 * SECOND)).hasToString("1000 ms: 100000 - 50000");
  }

  @Test
  void anIntervalAcrossStepsIsSharedByTime() {
    add(SECOND / 2, 2 * SECOND, 150 * WATT_SECOND);
    assertThat(profile(2 * SECOND)).hasToString("1000 ms: 100000 100000");
  }

  @Test
  void theLastStepIsAsLongAsTheRunIs() {
    add(0, SECOND + SECOND / 4, 125 * WATT_SECOND);
    assertThat(profile(SECOND + SECOND / 4)).hasToString("1000 ms: 100000 100000");
  }

  @Test
  void whatMetersSeeTogetherIsAdded() {
    add(0, SECOND, 100 * WATT_SECOND);
    course.add(CPU, Quality.COUNTER, 0, SECOND, 20 * WATT_SECOND);
    assertThat(profile(SECOND)).hasToString("1000 ms: 120000");
  }

  /** A GPU that a job without a prolog takes late, or that slept until it was used. */
  @Test
  void aMeterThatComesLateTakesNothingOfTheTimeBeforeAway() {
    for (int i = 0; i < 120; i++) {
      course.add(CPU, Quality.COUNTER, i * SECOND, (i + 1) * SECOND, 100 * WATT_SECOND);
      if (i >= 80) {
        add(i * SECOND, (i + 1) * SECOND, 300 * WATT_SECOND);
      }
    }
    PowerProfile profile = profile(120 * SECOND);
    assertThat(profile.stepMillis()).isEqualTo(2_000);
    for (int i = 0; i < 60; i++) {
      assertThat(profile.at(i)).as("step %d", i).hasValue(i < 40 ? 100_000 : 400_000);
    }
  }

  @Test
  void aLongerRunHasLongerSteps() {
    for (int i = 0; i < 61; i++) {
      add(i * SECOND, (i + 1) * SECOND, i * WATT_SECOND);
    }
    PowerProfile profile = profile(61 * SECOND);
    assertThat(profile.stepMillis()).isEqualTo(2_000);
    assertThat(profile.steps()).isEqualTo(31);
    assertThat(profile.at(0)).hasValue(500);
    assertThat(profile.at(29)).hasValue(58_500);
    assertThat(profile.at(30)).hasValue(60_000);
  }

  @Test
  void aRunThatWasSeenOnlyAtFirstIsAsLongAllTheSame() {
    add(0, 1_500 * SECOND, 150_000 * WATT_SECOND);
    PowerProfile profile = profile(86_400 * SECOND);
    assertThat(profile.steps() * profile.stepMillis()).isGreaterThanOrEqualTo(86_400_000);
    assertThat(profile.at(0)).hasValue(100_000);
    assertThat(profile.at(profile.steps() - 1)).isEmpty();
  }

  @Test
  void ofNothingSeenNothingIsTold() {
    assertThat(course.asLine(SECOND)).isEmpty();
  }

  /** Of any course: the steps sum to what was drawn, and a line taken up gives the same line. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noEnergyIsLostAndALineTakenUpIsTheSame(long seed) {
    Random random = new Random(seed);
    long now = 0;
    long drawn = 0;
    int intervals = 20 + random.nextInt(3_000);
    for (int i = 0; i < intervals; i++) {
      long to = now + SECOND / 2 + (long) (random.nextDouble() * SECOND);
      long energy = (long) (random.nextDouble() * 700 * WATT_SECOND);
      add(now, to, energy);
      drawn += energy;
      now = to;
    }
    PowerProfile profile = profile(now);
    assertThat(profile.steps()).isLessThanOrEqualTo(PowerProfile.MOST_STEPS);
    double sum = 0;
    for (int i = 0; i < profile.steps(); i++) {
      long until = Math.min((i + 1) * profile.stepMillis() * 1_000_000, now);
      sum += profile.at(i).orElse(0) * (until - i * profile.stepMillis() * 1e6) / 1e6;
    }
    assertThat(sum / drawn).isBetween(0.9999, 1.0001);
    assertThat(again(profile, course.sums(now), now)).contains(profile);
  }

  /** A step that is seen in part says what was drawn while it was seen, each meter by itself. */
  @Test
  void meansAreOverWhatEachMeterSaw() {
    add(0, SECOND, 400 * WATT_SECOND);
    add(SECOND, SECOND + 6 * SECOND / 10, 240 * WATT_SECOND);
    course.add(CPU, Quality.COUNTER, 0, SECOND / 2, 50 * WATT_SECOND);
    course.add(CPU, Quality.COUNTER, SECOND, 2 * SECOND, 100 * WATT_SECOND);
    assertThat(profile(2 * SECOND)).hasToString("1000 ms: 500000 500000");
  }

  @Test
  void astepWhoseHalfOneMeterDidNotSeeHasNoPower() {
    add(0, 4 * SECOND, 1_600 * WATT_SECOND);
    course.add(CPU, Quality.COUNTER, 0, SECOND + 49 * SECOND / 100, 149 * WATT_SECOND);
    course.add(CPU, Quality.COUNTER, 3 * SECOND, 4 * SECOND, 100 * WATT_SECOND);
    assertThat(profile(4 * SECOND)).hasToString("1000 ms: 500000 - - 500000");
  }

  @Test
  void whereStepsBecomeLongerWhatWasSeenOfBothCounts() {
    for (int i = 0; i < 61; i++) {
      if (i % 2 == 0) {
        add(i * SECOND, (i + 1) * SECOND, 100 * WATT_SECOND);
      } else if (i > 30) {
        add(i * SECOND, i * SECOND + SECOND / 4, 75 * WATT_SECOND);
      }
    }
    PowerProfile profile = profile(61 * SECOND);
    assertThat(profile.at(10)).as("one of its two seconds").hasValue(100_000);
    assertThat(profile.at(20)).as("a second of 100 W, a quarter of 300 W").hasValue(140_000);
  }

  @Test
  void amodelOfTheProcessorsIsNotDueWhereCountersAre() {
    course.add(MODEL, Quality.MODELLED, 0, 2 * SECOND, 160 * WATT_SECOND);
    add(0, 5 * SECOND, 500 * WATT_SECOND);
    course.add(CPU, Quality.COUNTER, 2 * SECOND, 5 * SECOND, 150 * WATT_SECOND);
    assertThat(profile(5 * SECOND)).hasToString("1000 ms: 180000 180000 150000 150000 150000");
  }

  private void add(long fromNanos, long toNanos, long energy) {
    course.add(GPU, Quality.SAMPLED, fromNanos, toNanos, energy);
  }

  private Optional<PowerProfile> again(PowerProfile profile, List<PowerSum> sums, long nanos) {
    return PowerCourse.of(Optional.of(profile), sums, List.of(), nanos, nanos).asLine(nanos);
  }

  private PowerProfile profile(long elapsedNanos) {
    return course.asLine(elapsedNanos).orElseThrow();
  }
}
