package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.LineStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.message.Language;
import org.sobre.slurm.job.JobKey;

/** Energy that nobody observed is not known; a meter that was read and saw nothing says 0. */
final class UnmeasuredTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final long HOUR_MILLIS = 3_600_000;
  private static final Factors FACTORS =
      new Factors(
          Optional.empty(),
          Optional.of(new Factor(new BigDecimal("21.7"), "RTE", "2024")),
          Optional.of(new Factor(new BigDecimal("0.2"), "contract", "2026")),
          Optional.empty());

  @TempDir Path root;

  private static BalanceLine.JobShare share(long job, String lab, long observedMillis) {
    return new BalanceLine.JobShare(
        new JobKey(job, 0),
        START,
        Optional.of(lab),
        1000,
        EnergyByQuality.NONE,
        Optional.empty(),
        observedMillis);
  }

  private Report report(BalanceLine.JobShare... shares) throws Exception {
    BalanceLine line =
        new BalanceLine(
            new LineHeader("cbp", "n1", "boot", 2, Optional.of("0011223344556677")),
            false,
            START,
            START.plusMillis(HOUR_MILLIS),
            HOUR_MILLIS,
            List.of(
                new BalanceLine.MeterBalance(
                    new MeterId(Part.GPU, "GPU-1"),
                    "test",
                    Optional.empty(),
                    HOUR_MILLIS,
                    EnergyByQuality.NONE,
                    List.of(shares),
                    List.of(),
                    EnergyByQuality.NONE,
                    EnergyByQuality.NONE)));
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore lines = new LineStore(connection)) {
              return lines.add(line, "8899aabbccddeeff");
            }
          });
      return ReportBuilder.build(
          store, new ReportRequest(List.of(ReportKey.LAB), Period.ALL, ZoneOffset.UTC), FACTORS);
    }
  }

  @Test
  void whatNobodyObservedIsLeftOut() throws Exception {
    Report report = report(share(7, "dark", 0));
    assertThat(report.unmeasured().jobs()).isEqualTo(1);
    assertThat(report.totals().energyKilowattHours()).isEmpty();
    assertThat(report.totals().co2eGrams()).isEmpty();
    assertThat(report.totals().costEuro()).isEmpty();
    assertThat(JsonReport.of(report).split("\"unbilled\"", 2)[0])
        .doesNotContain("energyKWh", "co2eGrams", "costEuro");
    assertThat(CsvReport.of(report)).contains("dark,1,1.000000,,,,0.0000,");
    assertThat(TableReport.of(report))
        .containsPattern("dark +1 +1\\.00 +0\\.0 %")
        .contains("1 job was not measured");
  }

  @Test
  void whatWasObservedAsNothingIsZero() throws Exception {
    Report report = report(share(7, "lit", HOUR_MILLIS));
    assertThat(report.unmeasured().jobs()).isZero();
    assertThat(report.totals().energyKilowattHours().orElseThrow()).isZero();
    assertThat(CsvReport.of(report)).contains("lit,1,1.000000,0.000000000,0.");
    assertThat(TableReport.of(report)).contains("0.000").doesNotContain("measured");
  }

  @Test
  void aRowThatIsNotKnownStandsBesideOneThatIs() throws Exception {
    Report report = report(share(7, "lit", HOUR_MILLIS), share(8, "dark", 0), share(9, "dark", 0));
    assertThat(report.totals().energyKilowattHours()).isPresent();
    Language before = Language.current();
    try {
      Language.FRENCH.speak();
      assertThat(TableReport.of(report)).contains("2 jobs n'ont pas été mesurés");
    } finally {
      before.speak();
    }
    assertThat(TableReport.of(report)).contains("2 jobs were not measured");
    assertThat(CsvReport.of(report)).contains("dark,2,2.000000,,,,").contains("lit,1,1.000000,0.");
  }
}
