package org.sobre.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Reading.Reason;

class MeterTotalsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final MeterStatus WELL = new MeterStatus(GPU, "nvml-energy", Optional.empty());
  private static final MeterStatus AWAY =
      new MeterStatus(GPU, "nvml-energy", Optional.of(Reason.TIMED_OUT));

  private final MeterTotals totals = new MeterTotals();

  @Test
  void countsEveryIntervalOnceByItsQuality() {
    totals.add(List.of(interval(0, 300, Quality.COUNTER), interval(1, 200, Quality.COUNTER)));
    totals.add(List.of(interval(2, 50, Quality.SAMPLED)));
    MeterFigures figures = look(WELL, 3);
    assertThat(figures.microjoules())
        .isEqualTo(Map.of(Quality.COUNTER, 500L, Quality.SAMPLED, 50L));
    assertThat(figures.observedNanos()).isEqualTo(3 * SECOND);
    assertThat(look(WELL, 4)).isEqualTo(figures);
  }

  @Test
  void theTimeOfAMeterThatIsAwayIsCountedByItsReason() {
    look(WELL, 10);
    look(AWAY, 11);
    look(AWAY, 13);
    assertThat(look(WELL, 14).missingNanos()).isEqualTo(Map.of(Reason.TIMED_OUT, 3 * SECOND));
  }

  @Test
  void whatWasBeforeTheFirstLookIsNobodys() {
    assertThat(look(AWAY, 1_000).missingNanos()).isEqualTo(Map.of(Reason.TIMED_OUT, 0L));
  }

  @Test
  void aMeterThatGoesIsNotToldAndKeepsItsSums() {
    totals.add(List.of(interval(0, 300, Quality.COUNTER)));
    assertThat(totals.look(List.of(), SECOND)).isEmpty();
    assertThat(look(WELL, 2).microjoules()).isEqualTo(Map.of(Quality.COUNTER, 300L));
  }

  private MeterFigures look(MeterStatus status, long second) {
    return totals.look(List.of(status), second * SECOND).get(0);
  }

  private static MeteredInterval interval(long second, long microjoules, Quality quality) {
    return new MeteredInterval(
        GPU,
        second * SECOND,
        (second + 1) * SECOND,
        Energy.ofMicrojoules(microjoules),
        quality,
        Optional.empty());
  }
}
