package org.sobre.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PowerFunctionTest {

  private static final long SECOND = 1_000_000_000L;

  /** 100 W for 2 s, 300 W for 1 s, then from 300 down to 100 W in 4 s. */
  private final PowerFunction power =
      new PowerFunction.Builder()
          .constant(2 * SECOND, 100)
          .constant(3 * SECOND, 300)
          .ramp(7 * SECOND, 300, 100)
          .build();

  @Test
  void theIntegralIsTheAreaBelow() {
    assertThat(power.joules(0, 7 * SECOND)).isCloseTo(200 + 300 + 800, within(1e-9));
    assertThat(power.joules(SECOND, 5 * SECOND / 2)).isCloseTo(100 + 150, within(1e-9));
    assertThat(power.joules(3 * SECOND, 5 * SECOND)).isCloseTo(500, within(1e-9));
  }

  @Test
  void whereItLeapsItsValueIsTheOneAfter() {
    assertThat(power.watts(2 * SECOND)).isEqualTo(300);
    assertThat(power.watts(2 * SECOND - 1)).isEqualTo(100);
    assertThat(power.watts(6 * SECOND)).isCloseTo(150, within(1e-9));
  }

  @Test
  void changesAreTold() {
    assertThat(power.swing(0, SECOND)).isZero();
    assertThat(power.swing(SECOND, 2 * SECOND)).isEqualTo(200);
    assertThat(power.swing(4 * SECOND, 5 * SECOND)).isCloseTo(50, within(1e-9));
    assertThat(power.squaredLeaps(0, 7 * SECOND)).isCloseTo(200.0 * 200, within(1e-9));
    assertThat(power.squaredLeaps(2 * SECOND, 7 * SECOND)).isZero();
  }
}
