package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;

class CpuFloorTest {

  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  private static final long SECOND = 1_000_000_000L;
  private static final long WATT = 1_000_000L;

  private CpuFloor floor = CpuFloor.unknown(PACKAGE);
  private long second;

  @Test
  void aQuietMinuteTellsIt() {
    pass(59, 40, true);
    assertThat(floor.microwatts()).isEmpty();
    pass(1, 100, true);
    assertThat(floor.microwatts()).hasValue(41 * WATT);
    assertThat(floor.minute()).isEmpty();
  }

  @Test
  void aMinuteWithALoadedSecondTellsNothing() {
    pass(59, 40, true);
    pass(1, 40, false);
    pass(59, 40, true);
    assertThat(floor.microwatts()).isEmpty();
    pass(1, 40, true);
    assertThat(floor.microwatts()).hasValue(40 * WATT);
  }

  @Test
  void aMinuteWithAGapTellsNothing() {
    pass(59, 40, true);
    second++;
    pass(59, 40, true);
    assertThat(floor.microwatts()).isEmpty();
  }

  /** However little a node drew under load: nobody knows how much of that was load. */
  @Test
  void loadAloneNeverTells() {
    pass(600, 40, false);
    assertThat(floor.isNothing()).isTrue();
  }

  @Test
  void theLowestCounts() {
    pass(60, 45, true);
    pass(60, 40, true);
    pass(60, 50, true);
    assertThat(floor.microwatts()).hasValue(40 * WATT);
  }

  /** It was too high: this much at most is drawn whatever is done. */
  @Test
  void aLoadedMinuteOfLessLowersIt() {
    pass(60, 45, true);
    pass(59, 38, false);
    pass(60, 90, true);
    assertThat(floor.microwatts()).hasValue(45 * WATT);
    pass(60, 38, false);
    assertThat(floor.microwatts()).hasValue(38 * WATT);
    pass(60, 90, false);
    assertThat(floor.microwatts()).hasValue(38 * WATT);
  }

  @Test
  void aMinuteThatGoesOnIsKept() {
    pass(2, 40, true);
    assertThat(floor)
        .isEqualTo(
            new CpuFloor(
                PACKAGE,
                OptionalLong.empty(),
                Optional.of(new CpuFloor.Minute(0, 2 * SECOND, 80 * WATT, true))));
  }

  private void pass(int seconds, long watts, boolean quiet) {
    for (int i = 0; i < seconds; i++) {
      floor =
          floor.plus(
              new MeteredInterval(
                  PACKAGE,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(watts * WATT),
                  Quality.COUNTER,
                  Optional.empty()),
              quiet);
      second++;
    }
  }
}
