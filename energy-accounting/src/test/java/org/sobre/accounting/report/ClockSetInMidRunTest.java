package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.LineStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** A run whose begin is told by a clock that was a year off. */
class ClockSetInMidRunTest {

  private static final Instant END = Instant.parse("2026-11-20T14:00:00Z");
  private static final Duration HELD = Duration.ofHours(2);

  @TempDir Path root;

  @Test
  void itIsBilledForTheHoursThatItHeldItsGpu() throws Exception {
    Period november =
        new Period(
            Optional.of(Instant.parse("2026-11-01T00:00:00Z")),
            Optional.of(Instant.parse("2026-12-01T00:00:00Z")));
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore lines = new LineStore(connection)) {
              return lines.add(job(), "8899aabbccddeeff");
            }
          });
      Report report =
          ReportBuilder.build(
              store,
              new ReportRequest(List.of(ReportKey.LAB), november, ZoneOffset.UTC),
              Factors.NONE);
      assertThat(CsvReport.of(report)).contains("lab1,1,2.000000,");
    }
  }

  private static JobLine job() {
    return new JobLine(
        new LineHeader("cbp", "n1", "boot", 2, Optional.of("0011223344556677")),
        false,
        new JobFacts(
            new JobKey(7, 0), "alice", 1000, Optional.of("lab1"), Optional.empty(), List.of(), 1),
        END.minus(Duration.ofDays(365)),
        END,
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.EPILOG,
        OptionalInt.of(0),
        HELD.toMillis(),
        new JobLine.Held(
            1, OptionalLong.empty(), List.of(new JobLine.HeldGpu("GPU-1", "t", BigDecimal.ONE))),
        List.of(
            new JobLine.PartEnergy(
                new MeterId(Part.GPU, "GPU-1"),
                EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(500)),
                Optional.empty(),
                HELD.toMillis(),
                Optional.empty())),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
