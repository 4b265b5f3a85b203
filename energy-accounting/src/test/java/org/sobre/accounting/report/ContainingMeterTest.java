package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.LineStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A meter that contains others (a board controller's) is never added to them. */
final class ContainingMeterTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final MeterId BMC = new MeterId(Part.NODE, "bmc");
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-1");

  @TempDir Path root;

  private static BalanceLine.MeterBalance meter(
      MeterId meter, Optional<MeterId> within, long jobMicrojoules, long platformMicrojoules) {
    EnergyByQuality share = energy(jobMicrojoules);
    EnergyByQuality platform = energy(platformMicrojoules);
    return new BalanceLine.MeterBalance(
        meter,
        "test",
        within,
        3_600_000,
        share.plus(platform),
        List.of(
            new BalanceLine.JobShare(
                new JobKey(7, 0),
                START,
                Optional.of("lab1"),
                1000,
                share,
                Optional.empty(),
                3_600_000)),
        List.of(),
        platform,
        EnergyByQuality.NONE);
  }

  private static EnergyByQuality energy(long microjoules) {
    return EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(microjoules));
  }

  @Test
  void onlyTheInnermostMetersAreAdded() throws Exception {
    LineHeader header = new LineHeader("cbp", "n1", "boot", 2, Optional.of("0011223344556677"));
    BalanceLine line =
        new BalanceLine(
            header,
            false,
            START,
            START.plusSeconds(3600),
            3_600_000,
            List.of(meter(BMC, Optional.empty(), 900, 100), meter(GPU, Optional.of(BMC), 500, 30)));
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore lines = new LineStore(connection)) {
              return lines.add(line, "8899aabbccddeeff");
            }
          });
      Report report =
          ReportBuilder.build(
              store,
              new ReportRequest(List.of(ReportKey.LAB), Period.ALL, ZoneOffset.UTC),
              Factors.NONE);
      assertThat(report.totals().energy().total()).isEqualTo(500);
      assertThat(report.metered().platform().total()).isEqualTo(30);
      assertThat(report.metered().total().total()).isEqualTo(530);
    }
  }
}
