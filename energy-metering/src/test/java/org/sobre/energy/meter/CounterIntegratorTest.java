package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;

class CounterIntegratorTest {

  private static final long SECOND = 1_000_000_000L;
  private static final OptionalLong RANGE = OptionalLong.of(262_143_328_850L);

  private final CounterIntegrator counter =
      new CounterIntegrator(
          new MeterId(Part.CPU_PACKAGE, "0"),
          Duration.ofSeconds(3),
          new PlausiblePower("cpu-package/0", OptionalInt.of(150)));

  @Test
  void theFirstReadingIsNoInterval() {
    assertThat(counter.read(SECOND, 5, RANGE)).isEmpty();
  }

  @Test
  void aStepIsItsEnergy() {
    counter.read(SECOND, 1_000_000, RANGE);

    Optional<MeteredInterval> interval = counter.read(2 * SECOND, 66_000_000, RANGE);

    assertThat(interval).map(i -> i.energy().microjoules()).contains(65_000_000L);
    assertThat(interval).map(MeteredInterval::quality).contains(Quality.COUNTER);
    assertThat(interval).map(MeteredInterval::nanos).contains(SECOND);
  }

  /** Read 0.2 ms after a job's mark: 150 W of a millisecond, not 750 W of 0.2. */
  @Test
  void aRenewalOfTheCounterWithinAMillisecondIsNoLeap() {
    counter.read(SECOND, 1_000_000, RANGE);

    assertThat(counter.read(SECOND + 200_000, 1_150_000, RANGE))
        .map(i -> i.energy().microjoules())
        .contains(150_000L);
    assertThat(counter.refused()).isFalse();
  }

  @Test
  void aWrapIsCountedByTheRange() {
    counter.read(SECOND, 262_143_000_000L, RANGE);

    assertThat(counter.read(2 * SECOND, 10_000_000, RANGE))
        .map(i -> i.energy().microjoules())
        .contains(10_328_850L);
  }

  @Test
  void aBackwardStepWithoutARangeIsDroppedAndTheNextGoesOn() {
    counter.read(SECOND, 262_143_000_000L, OptionalLong.empty());

    assertThat(counter.read(2 * SECOND, 10_000_000, OptionalLong.empty())).isEmpty();
    assertThat(counter.read(3 * SECOND, 30_000_000, OptionalLong.empty()))
        .map(i -> i.energy().microjoules())
        .contains(20_000_000L);
  }

  @Test
  void aCounterSetBackIsNoWrap() {
    counter.read(SECOND, 100_000_000_000L, RANGE);

    assertThat(counter.read(2 * SECOND, 0, RANGE)).isEmpty();
  }

  /** 253 J in a second: within four times 150 W, and 5 times what it drew before. */
  @Test
  void aCounterSetBackJustBelowItsRangeIsNoWrapEither() {
    counter.read(SECOND, 261_850_000_000L, RANGE);
    counter.read(2 * SECOND, 261_900_000_000L, RANGE);

    assertThat(counter.read(3 * SECOND, 10_000_000, RANGE)).isEmpty();
    assertThat(counter.refused()).isTrue();
    assertThat(counter.read(4 * SECOND, 60_000_000, RANGE))
        .map(i -> i.energy().microjoules())
        .contains(50_000_000L);
    assertThat(counter.refused()).isFalse();
  }

  @Test
  void aWrapUnderSuddenLoadIsOneAsLongAsThePartIsMadeForIt() {
    counter.read(SECOND, 262_120_000_000L, RANGE);
    counter.read(2 * SECOND, 262_130_000_000L, RANGE);

    assertThat(counter.read(3 * SECOND, 130_000_000, RANGE))
        .map(i -> i.energy().microjoules())
        .contains(143_328_850L);
  }

  @Test
  void moreThanFourTimesTheLimitIsNoStep() {
    counter.read(SECOND, 0, RANGE);
    assertThat(counter.read(2 * SECOND, 600_000_000, RANGE)).isPresent();

    assertThat(counter.read(3 * SECOND, 1_200_000_001, RANGE)).isEmpty();
    assertThat(counter.refused()).isTrue();
  }

  /** Of a range that it may go through in the time, nothing tells how often it did. */
  @Test
  void whereItMayHaveWrappedTwiceNothingIsTold() {
    OptionalLong narrow = OptionalLong.of(600_000_000);
    counter.read(SECOND, 0, narrow);

    assertThat(counter.read(2 * SECOND, 100_000_000, narrow)).isEmpty();
    assertThat(counter.read(2 * SECOND + SECOND / 2, 150_000_000, narrow)).isPresent();
  }

  @Test
  void aGapIsNoInterval() {
    counter.read(SECOND, 0, RANGE);

    assertThat(counter.read(5 * SECOND, 1_000_000, RANGE)).isEmpty();
    assertThat(counter.read(6 * SECOND, 2_000_000, RANGE)).isPresent();
  }
}
