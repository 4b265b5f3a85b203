package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.ModelledCpuMeter;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** The daemon was there two seconds before the kernel's module with the counters. */
class GivenWayTest {

  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final MeterId MODEL = new MeterId(Part.CPU_PACKAGE, "all");
  private static final MeterId COUNTER = new MeterId(Part.CPU_PACKAGE, "0");

  private final Accrual accrual =
      Accrual.fresh(
          new NodeIdentity("c", "n1", "boot-1"), new MetersConfig(Duration.ofSeconds(1)), 0, BOOT);

  /** It has what it saw in the lines of its time, and is due in none after it. */
  @ParameterizedTest
  @CsvSource({"2, 1", "0, 2"})
  void aModelThatGaveWayIsNotMissed(int begin, int meters) {
    accrual.seqBase(1);
    accrual.nodeCpus(4);
    if (begin == 0) {
      begin(0);
    }
    second(0, MODEL, ModelledCpuMeter.SOURCE, Quality.MODELLED);
    second(1, MODEL, ModelledCpuMeter.SOURCE, Quality.MODELLED);
    if (begin == 2) {
      begin(2);
    }
    for (int second = 2; second < 10; second++) {
      second(second, COUNTER, PowercapMeter.SOURCE, Quality.COUNTER);
    }
    accrual.end(new SpoolRecord.End(new JobKey(1, 0), 10 * SECOND, OptionalInt.of(0)), 10 * SECOND);
    accrual.advance(20 * SECOND, BOOT.plusSeconds(20));

    JobLine line = (JobLine) accrual.pending().get(accrual.pending().size() - 1).line();
    assertThat(line.energy()).hasSize(meters);
    assertThat(line.energy()).allMatch(part -> part.observedMillis() > 0);
  }

  private void begin(int second) {
    accrual.begin(
        new SpoolRecord.Begin(
            new JobFacts(
                new JobKey(1, 0),
                "alice",
                1_000,
                Optional.of("lab"),
                Optional.empty(),
                List.of(),
                4),
            second * SECOND),
        List.of(),
        second * SECOND,
        BOOT.plusSeconds(second));
  }

  private void second(int second, MeterId meter, String source, Quality quality) {
    accrual.observe(
        List.of(new MeterStatus(meter, source, Optional.empty())),
        List.of(
            new MeteredInterval(
                meter,
                second * SECOND,
                (second + 1) * SECOND,
                Energy.ofMicrojoules(50_000_000),
                quality,
                Optional.empty())));
    accrual.advance((second + 1) * SECOND, BOOT.plusSeconds(second + 1));
  }
}
