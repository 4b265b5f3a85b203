package org.sobre.accounting.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** The users' own figures: 330 machines of 150 W at 20 g/kWh, and 352 t for making 337. */
final class EstimateTest {

  private static final Estimate PACK =
      new Estimate(
          new BigDecimal(330),
          new BigDecimal(150),
          new BigDecimal(8760),
          new BigDecimal(20),
          BigDecimal.ONE);
  private static final Estimate.Made MADE =
      new Estimate.Made(new BigDecimal(352), new BigDecimal(337));

  @Test
  void theGoldenCase() {
    // in doubles, by hand: 330 * 150 / 1000 * 8760 = 433620 kWh; * 20 / 1e6 = 8.6724 t
    assertThat(PACK.kilowattHoursAYear()).isEqualByComparingTo("433620");
    assertThat(PACK.tonnesAYear()).isEqualByComparingTo("8.6724");
    // 352 / 337 t each, over 0.15 kW * 8760 h * 20 g a year each
    double years = 352.0 / 337 / (0.15 * 8760 * 20 / 1e6);
    assertThat(PACK.yearsOfUse(MADE).doubleValue()).isCloseTo(years, within(1e-9));
    assertThat(PACK.yearsOfUse(MADE).doubleValue()).isBetween(39.5, 40.5);
  }

  /** The quotient of the two totals would be of 337 machines over 330. */
  @Test
  void countsMachineByMachine() {
    Estimate oneMachine =
        new Estimate(
            BigDecimal.ONE,
            new BigDecimal(150),
            new BigDecimal(8760),
            new BigDecimal(20),
            BigDecimal.ONE);
    assertThat(oneMachine.yearsOfUse(MADE).doubleValue())
        .isCloseTo(PACK.yearsOfUse(MADE).doubleValue(), within(1e-9));
    assertThat(352 / PACK.tonnesAYear().doubleValue()).isCloseTo(40.59, within(0.01));
  }

  @Test
  void refusesWhatIsNotAboveZero() {
    assertThatThrownBy(() -> new Estimate.Made(BigDecimal.ZERO, BigDecimal.ONE))
        .hasMessageContaining("tonnesCo2e: expected a number above 0");
  }
}
