package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

class PlausiblePowerTest {

  private static final long SECOND = 1_000_000_000L;

  private static Power watts(long watts) {
    return new Power(watts * 1_000_000);
  }

  /** 0 and what no card has are no limits: firmware that does not know says so. */
  @ParameterizedTest
  @CsvSource({
    "450, , 1800",
    "450, 600, 1800",
    ", 600, 2400",
    ", 2000, 8000",
    ", 2001, 2000",
    ", 0, 2000",
    ", , 2000"
  })
  void isFourTimesTheDesignPowerElseTheLimitElseTwoKilowatts(
      Integer tdp, Long limit, long mostWatts) {
    PlausiblePower plausible =
        new PlausiblePower("GPU-a", tdp == null ? OptionalInt.empty() : OptionalInt.of(tdp));
    if (limit != null) {
      plausible.ownLimit(watts(limit));
    }

    assertThat(plausible.most()).isEqualTo(watts(mostWatts));
  }

  @Test
  void whatIsBeyondIsAFaultAndWhatIsMissingStaysAsItIs() {
    PlausiblePower plausible = new PlausiblePower("GPU-a", OptionalInt.of(300));
    Reading<Power> none = Reading.unavailable(Reason.NOT_SUPPORTED, "[N/A]");

    assertThat(plausible.judge(Reading.of(watts(1_200)))).isEqualTo(Reading.of(watts(1_200)));
    assertThat(plausible.judge(Reading.of(new Power(1_200_000_001))))
        .isEqualTo(Reading.unavailable(Reason.FAILED, "1200 W, and it can draw 1200 W"));
    assertThat(plausible.judge(none)).isEqualTo(none);
  }

  @Test
  void aStepIsWhatCanBeDrawnInItsTime() {
    PlausiblePower plausible = new PlausiblePower("GPU-a", OptionalInt.of(100));

    assertThat(plausible.allows(Energy.ofMicrojoules(800_000_000), 2 * SECOND)).isTrue();
    assertThat(plausible.allows(Energy.ofMicrojoules(800_000_001), 2 * SECOND)).isFalse();
  }

  @Test
  void eachCardHasItsOwn() {
    PlausiblePowers powers = new PlausiblePowers(Map.of("GPU-a", 75));

    assertThat(powers.of("GPU-a").most()).isEqualTo(watts(300));
    assertThat(powers.of("GPU-b").most()).isEqualTo(watts(2_000));
    assertThat(powers.of("GPU-b")).isSameAs(powers.of("GPU-b"));
  }
}
