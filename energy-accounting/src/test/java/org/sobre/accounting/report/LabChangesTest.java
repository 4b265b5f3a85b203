package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Days;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.labs.AccountTree;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.JobLedger.Who;
import org.sobre.accounting.report.JobLedger.Work;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;

/** An account that goes to another lab on a day of which the ledger has a part only. */
final class LabChangesTest {

  private static final LocalDate CHANGE = LocalDate.of(2026, 11, 21);
  private static final Instant MORNING = Instant.parse("2026-11-21T04:00:00Z");

  @TempDir Path root;
  private JobLedger ledger;

  @BeforeEach
  void aJobOfAnHourAndOneThroughTheNight() throws IOException {
    ledger = new JobLedger(root.resolve("ledger"), "cbp", "n1");
    Who ann = new Who("moves", "ann", "nvidia_l4", "p", "image");
    ledger.add(ann, new Work(3600, 3_000_000, -1, -1, -1));
    // its energy is of its last hour, for no balance tells of it
    ledger.add(ann, new Work(17 * 3600 + 1800, 5_000_000, -1, -1, -1));
  }

  private static LabMap labs() {
    return new LabMap(
        List.of(
            new LabMap.Rule(
                "Old", Optional.empty(), "moves", new Days(Optional.empty(), Optional.of(CHANGE))),
            new LabMap.Rule(
                "New", Optional.empty(), "moves", new Days(Optional.of(CHANGE), Optional.empty()))),
        LabMap.Others.ACCOUNT,
        LabMap.Allocation.NONE,
        AccountTree.FLAT);
  }

  private Report report(Period period, ReportFilter filter) throws IOException {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      new LedgerIngest(ledger.directory, store, IngestProgress.NONE).run();
      return ReportBuilder.build(
          store,
          new ReportRequest(
              List.of(ReportKey.LAB), period, ZoneOffset.UTC, labs(), filter, List.of()),
          Factors.NONE);
    }
  }

  private static Map<String, Long> joules(Report report) {
    return report.rows().stream()
        .collect(
            Collectors.toMap(
                row -> row.keys().getOrDefault(ReportKey.LAB, ""),
                row -> row.energy().total().longValueExact() / 1_000_000));
  }

  @Test
  void whatIsDrawnOnTheDayOfTheChangeIsTheNewLabs() throws IOException {
    Map<String, Long> right = Map.of("Old", 3_000_000L, "New", 5_000_000L);
    for (Period period :
        List.of(
            Period.ALL,
            new Period(Optional.empty(), Optional.of(MORNING)),
            new Period(Optional.empty(), Optional.of(Instant.parse("2026-11-22T00:00:00Z"))))) {
      assertThat(joules(report(period, ReportFilter.NONE))).as("%s", period).isEqualTo(right);
    }
    ReportFilter of = new ReportFilter(Map.of(ReportKey.LAB, Set.of("New")));
    assertThat(joules(report(Period.ALL, of))).isEqualTo(Map.of("New", 5_000_000L));
  }
}
