package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.units.Energy;

class CounterTrustTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final CounterTrust trust = new CounterTrust(0.10, Optional.empty());

  @ParameterizedTest
  @CsvSource({"1.09, true", "0.91, true", "1.11, false", "0.89, false", "1.74, false"})
  void isJudgedOverAMinute(double factor, boolean trusted) {
    for (int second = 1; second < 60; second++) {
      compare(100 * factor, 100);
      assertThat(trust.trusted()).as("second %d", second).isTrue();
    }
    compare(100 * factor, 100);
    assertThat(trust.trusted()).isEqualTo(trusted);
  }

  @Test
  void lagsOfSingleSecondsAreNoFault() {
    Random random = new Random(1);
    double before = 0;
    for (int second = 0; second < 3_600; second++) {
      double power = random.nextBoolean() ? 400 : 50;
      // a tenth of what it drew shows a second later
      compare(0.9 * power + 0.1 * before, power);
      before = power;
    }
    assertThat(trust.trusted()).isTrue();
  }

  @Test
  void whatWasRightForAnHourMayBeWrongLater() {
    for (int second = 0; second < 3_600; second++) {
      compare(100, 100);
    }
    for (int second = 0; second < 60; second++) {
      compare(57, 100);
    }
    assertThat(trust.why().orElseThrow())
        .isEqualTo(
            "over 60 s it added 3420.0 J where the power makes 6000.0 J, more than 10 % apart");
    for (int second = 0; second < 3_600; second++) {
      compare(100, 100);
    }
    assertThat(trust.trusted()).as("once is enough").isFalse();
  }

  @Test
  void oneThatStandsIsFoundInTenSeconds() {
    for (int second = 1; second <= 9; second++) {
      compare(0, 30);
    }
    assertThat(trust.trusted()).isTrue();
    compare(0, 30);
    assertThat(trust.why().orElseThrow()).contains("stands still");
  }

  @Test
  void aCardThatDrawsNothingHasACounterThatStands() {
    for (int second = 0; second < 120; second++) {
      compare(0, 0);
    }
    assertThat(trust.trusted()).isTrue();
  }

  /** Each of them draws its mean, and what a reading meets of it is chance. */
  @ParameterizedTest
  @CsvSource({
    "50, 400, 0.01",
    "50, 400, 0.03",
    "50, 400, 0.1",
    "50, 400, 0.5",
    "50, 400, 0.9",
    "90, 400, 0.03",
    "90, 400, 0.1",
    "90, 400, 0.5"
  })
  void instantsOfALoadThatVariesBetweenThemAreNoFaultOfTheCounter(
      double low, double high, double share) {
    Random random = new Random(1);
    double mean = low + share * (high - low);
    double before = mean;
    for (int second = 0; second < 30 * 24 * 3_600; second++) {
      double now = random.nextDouble() < share ? high : low;
      compareByInstants(mean, (before + now) / 2);
      before = now;
    }
    assertThat(trust.why()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1.74, 180", "0.57, 180", "1.15, 960"})
  void aSteadyWrongFactorIsFoundByInstantsLater(double factor, int seconds) {
    for (int second = 1; second < seconds; second++) {
      compareByInstants(100 * factor, 100);
      assertThat(trust.trusted()).as("second %d", second).isTrue();
    }
    compareByInstants(100 * factor, 100);
    assertThat(trust.why().orElseThrow()).startsWith("over " + seconds + " s");
  }

  @Test
  void aWrongFactorIsFoundByInstantsOfALoadThatVaries() {
    Random random = new Random(1);
    double before = 225;
    int minutes = 0;
    while (trust.trusted() && minutes < 24 * 60) {
      for (int second = 0; second < 60; second++) {
        double now = random.nextBoolean() ? 400 : 50;
        compareByInstants(1.74 * 225, (before + now) / 2);
        before = now;
      }
      minutes++;
    }
    assertThat(minutes).isLessThanOrEqualTo(10);
  }

  @Test
  void whatIsNotProvenWaitsUntilItAgrees() {
    CounterTrust unproven = CounterTrust.unproven(0.10);
    for (int second = 0; second < 120; second++) {
      unproven.compare(SECOND, joules(115), joules(100), /* byInstants= */ true);
    }
    assertThat(unproven.trusted()).isFalse();
    assertThat(unproven.why()).isEmpty();
    for (int second = 0; second < 60; second++) {
      unproven.compare(SECOND, joules(98), joules(100), /* byInstants= */ true);
    }
    assertThat(unproven.trusted()).isTrue();
  }

  private void compare(double counterJoules, double powerJoules) {
    trust.compare(SECOND, joules(counterJoules), joules(powerJoules), /* byInstants= */ false);
  }

  private void compareByInstants(double counterJoules, double powerJoules) {
    trust.compare(SECOND, joules(counterJoules), joules(powerJoules), /* byInstants= */ true);
  }

  private static Energy joules(double joules) {
    return Energy.ofMicrojoules(Math.round(joules * 1e6));
  }
}
