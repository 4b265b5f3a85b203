package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.report.JobLedger.Who;
import org.sobre.accounting.report.JobLedger.Work;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A uid that two clusters give to two people. */
final class UsersOfClustersTest {

  @TempDir Path root;

  private static BalanceLine balance(LineHeader header, int uid) {
    EnergyByQuality energy = EnergyByQuality.of(Quality.COUNTER, Energy.ofMicrojoules(7_000_000));
    return new BalanceLine(
        header,
        false,
        JobLedger.START,
        JobLedger.START.plusSeconds(3600),
        3_600_000,
        List.of(
            new BalanceLine.MeterBalance(
                new MeterId(Part.GPU, "GPU-9"),
                "nvml-energy",
                Optional.empty(),
                3_600_000,
                energy,
                List.of(
                    new BalanceLine.JobShare(
                        new JobKey(7, 0),
                        JobLedger.START,
                        Optional.of("nlp"),
                        uid,
                        energy,
                        Optional.empty(),
                        3_600_000)),
                List.of(),
                EnergyByQuality.NONE,
                EnergyByQuality.NONE)));
  }

  @Test
  void theNameOfOneIsNotThatOfTheOther() throws Exception {
    JobLedger one = new JobLedger(root.resolve("ledger"), "one", "n1");
    one.add(new Who("vision", "ann", "nvidia_l4", "p", "image"), new Work(60, 10, -1, -1, -1));
    int uid = 1000 + Math.abs("ann".hashCode() % 1000);
    LedgerAppender other = LedgerAppender.open(one.directory, "two", "n2", "6f0c3a1e-0000");
    other.append(header -> new BootLine(header, JobLedger.START, Optional.empty()));
    other.append(header -> balance(header, uid));
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      new LedgerIngest(one.directory, store, IngestProgress.NONE).run();
      Report report =
          ReportBuilder.build(
              store,
              new ReportRequest(List.of(ReportKey.USER), Period.ALL, ZoneOffset.UTC),
              Factors.NONE);
      assertThat(report.rows())
          .extracting(row -> row.keys().getOrDefault(ReportKey.USER, ""))
          .containsExactly("ann", "(uid " + uid + ")");
    }
  }
}
