package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;

class CounterIntegratorTest {

  private static final long SECOND = 1_000_000_000L;
  private static final OptionalLong RANGE = OptionalLong.of(262_143_328_850L);

  private final CounterIntegrator counter =
      new CounterIntegrator(new MeterId(Part.CPU_PACKAGE, "0"), Duration.ofSeconds(3));

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

  @Test
  void aGapIsNoInterval() {
    counter.read(SECOND, 0, RANGE);

    assertThat(counter.read(5 * SECOND, 1_000_000, RANGE)).isEmpty();
    assertThat(counter.read(6 * SECOND, 2_000_000, RANGE)).isPresent();
  }
}
