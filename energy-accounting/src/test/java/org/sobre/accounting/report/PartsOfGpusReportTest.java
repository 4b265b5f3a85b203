package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
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
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** GPU hours of jobs on parts of a board are those of the board, not of as many boards. */
final class PartsOfGpusReportTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final long HOUR_MILLIS = 3_600_000;

  @TempDir Path root;

  private static HeldGpu mig(String profile, String fraction) {
    return new HeldGpu(
        "GPU-1",
        "nvidia_a100_" + profile,
        Optional.of(profile),
        OptionalLong.empty(),
        new BigDecimal(fraction));
  }

  private static JobLine job(long seq, long id, HeldGpu... held) {
    return new JobLine(
        new LineHeader("cbp", "n1", "boot", seq, Optional.of("0011223344556677")),
        false,
        new JobFacts(
            new JobKey(id, 0), "alice", 1000, Optional.of("lab1"), Optional.empty(), List.of(), 1),
        START,
        START.plusMillis(HOUR_MILLIS),
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.EPILOG,
        OptionalInt.of(0),
        HOUR_MILLIS,
        new JobLine.Held(1, OptionalLong.empty(), List.of(held)),
        List.of(
            new JobLine.PartEnergy(
                new MeterId(Part.GPU, "GPU-1"),
                EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(500)),
                Optional.empty(),
                HOUR_MILLIS,
                Optional.empty())),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  @Test
  void twoPartitionsOfOneBoardAreTheSumOfTheirParts() throws Exception {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore lines = new LineStore(connection)) {
              lines.add(
                  job(2, 7, mig("1g.20gb", "0.25"), mig("2g.20gb", "0.25")), "8899aabbccddeeff");
              return lines.add(job(3, 8, mig("3g.40gb", "0.125")), "7899aabbccddeeff");
            }
          });
      Report report =
          ReportBuilder.build(
              store,
              new ReportRequest(List.of(ReportKey.LAB), Period.ALL, ZoneOffset.UTC),
              Factors.NONE);
      assertThat(report.totals().gpuHours()).isEqualByComparingTo("0.625");
    }
  }
}
