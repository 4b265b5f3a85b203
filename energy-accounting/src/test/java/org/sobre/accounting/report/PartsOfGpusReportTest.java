package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.JobRuns;
import org.sobre.accounting.store.LineStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BalanceLine.JobShare;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerLine;
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
        List.of(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** What is drawn of the board in one hour by jobs whose lines are not there. */
  private static BalanceLine balance(long seq, int hour, JobShare... shares) {
    Instant from = START.plusMillis(hour * HOUR_MILLIS);
    return new BalanceLine(
        new LineHeader("cbp", "n1", "boot", seq, Optional.of("0011223344556677")),
        false,
        from,
        from.plusMillis(HOUR_MILLIS),
        HOUR_MILLIS,
        List.of(
            new BalanceLine.MeterBalance(
                new MeterId(Part.GPU, "GPU-1"),
                "nvidia-smi",
                Optional.empty(),
                HOUR_MILLIS,
                EnergyByQuality.NONE,
                List.of(shares),
                List.of(),
                EnergyByQuality.NONE,
                EnergyByQuality.NONE)));
  }

  private static JobShare share(long job, int beginMinute, Optional<String> fraction) {
    return new JobShare(
        new JobKey(job, 0),
        START.plusSeconds(beginMinute * 60L),
        Optional.of("lab" + job),
        1000,
        EnergyByQuality.NONE,
        Optional.empty(),
        0,
        fraction.map(BigDecimal::new));
  }

  private Report report(ReportKey key, LedgerLine... lines) throws Exception {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore taken = new LineStore(connection)) {
              for (LedgerLine line : lines) {
                taken.add(line, String.format(Locale.ROOT, "%016x", line.header().seq()));
              }
              return lines.length;
            }
          });
      return ReportBuilder.build(
          store, new ReportRequest(List.of(key), Period.ALL, ZoneOffset.UTC), Factors.NONE);
    }
  }

  private static String hours(Report report, String row) {
    return report.rows().stream()
        .filter(one -> one.keys().containsValue(row))
        .findFirst()
        .orElseThrow()
        .gpuHours()
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Two share a GPU, one of them alone on it for the first hour. */
  @Test
  void runningJobsThatShareABoardAreNotWholeBoards() throws Exception {
    Report report =
        report(
            ReportKey.LAB,
            balance(2, 0, share(1, 0, Optional.empty())),
            balance(3, 1, share(1, 0, Optional.of("0.75")), share(2, 90, Optional.of("0.5"))));
    assertThat(hours(report, "lab1")).isEqualTo("1.75");
    assertThat(hours(report, "lab2")).isEqualTo("0.25");
    assertThat(report.totals().gpuHours()).isEqualByComparingTo("2");
  }

  @Test
  void eachMonthHasWhatARunningJobHadInIt() throws Exception {
    // The month ends ten days and 14 hours after the start.
    int last = 10 * 24 + 13;
    Report report =
        report(
            ReportKey.MONTH,
            balance(2, last, share(1, last * 60, Optional.of("0.125"))),
            balance(3, last + 1, share(1, last * 60, Optional.empty())));
    assertThat(hours(report, "2026-11")).isEqualTo("0.125");
    assertThat(hours(report, "2026-12")).isEqualTo("1");
  }

  /** The line, once it is there, is the last word. */
  @Test
  void anEndedJobCountsAsItsLineSays() throws Exception {
    Report report =
        report(
            ReportKey.LAB,
            balance(2, 0, share(7, 0, Optional.of("0.5"))),
            job(3, 7, mig("1g.20gb", "0.25")));
    assertThat(report.totals().gpuHours()).isEqualByComparingTo("0.25");
  }

  /** Two profiles of one board: neither row has the other's part under its type. */
  @Test
  void partitionsOfUnlikeTypesAreKeptApart() throws Exception {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore lines = new LineStore(connection)) {
              return lines.add(
                  job(2, 7, mig("1g.20gb", "0.25"), mig("2g.20gb", "0.125")), "8899aabbccddeeff");
            }
          });
      assertThat(JobRuns.find(store, Optional.empty(), 7).get(0).gpus())
          .extracting(HeldGpu::device, HeldGpu::type, HeldGpu::fractionBillionths)
          .containsExactlyInAnyOrder(
              tuple("GPU-1", "nvidia_a100_1g.20gb", 250_000_000L),
              tuple("GPU-1", "nvidia_a100_2g.20gb", 125_000_000L));
    }
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
