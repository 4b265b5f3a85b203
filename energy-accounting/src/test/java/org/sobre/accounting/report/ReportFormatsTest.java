package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.LongAfter;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.hardware.message.Language;

/**
 * Reports on a ledger written by hand: a job over the month's end, one that still runs, one without
 * an account, one that ended in the open hour with a meter that could not be read.
 */
final class ReportFormatsTest {

  private static final Path RESOURCES = Path.of("src/test/resources/org/sobre/accounting/report");
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");
  private static final Period DECEMBER = ReportRequest.month(YearMonth.of(2026, 12), PARIS);
  private static final Factors FACTORS =
      new Factors(
          Optional.of(new Factor(new BigDecimal("1.3"), "meters of the room", "2026")),
          Optional.of(new Factor(new BigDecimal("21.7"), "RTE", "2024")),
          Optional.of(new Factor(new BigDecimal("0.2"), "contract", "2026")),
          Optional.empty());

  @TempDir Path root;
  private AccountingStore store;

  @BeforeEach
  void ingest() throws IOException {
    LedgerDirectory ledger = new LedgerDirectory(RESOURCES.resolve("ledger"));
    store = AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
    assertThat(
            new LedgerIngest(ledger, store, IngestProgress.NONE, LongAfter.CLOCK).run().newLines())
        .isEqualTo(6);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Report report(Factors factors, Period period, ReportKey... by) throws IOException {
    return ReportBuilder.build(store, new ReportRequest(List.of(by), period, PARIS), factors);
  }

  private static void isGolden(String name, String text) throws IOException {
    Path file = RESOURCES.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }

  @Test
  void theLedgerIsGood() throws Exception {
    assertThat(LedgerVerifier.verify(new LedgerDirectory(RESOURCES.resolve("ledger"))).findings())
        .isEmpty();
  }

  @Test
  void printsTables() throws Exception {
    isGolden("by-lab.txt", TableReport.of(report(FACTORS, DECEMBER, ReportKey.LAB)));
    isGolden(
        "by-month-lab-user.txt",
        TableReport.of(
            report(Factors.NONE, Period.ALL, ReportKey.MONTH, ReportKey.LAB, ReportKey.USER)));
    isGolden(
        "by-profile-gpu.txt",
        TableReport.of(report(FACTORS, Period.ALL, ReportKey.PROFILE, ReportKey.GPU)));
  }

  @Test
  void printsTablesInFrenchAndJsonAndCsvAsEver() throws Exception {
    Language before = Language.current();
    try {
      Language.FRENCH.speak();
      isGolden("by-lab.fr.txt", TableReport.of(report(FACTORS, DECEMBER, ReportKey.LAB)));
      printsJson();
      printsCsv();
    } finally {
      before.speak();
    }
  }

  @Test
  void printsJson() throws Exception {
    isGolden("by-lab.json", JsonReport.of(report(FACTORS, DECEMBER, ReportKey.LAB)));
  }

  @Test
  void printsCsv() throws Exception {
    isGolden("by-lab.csv", CsvReport.of(report(Factors.NONE, DECEMBER, ReportKey.LAB)));
  }

  @Test
  void keepsTablesNarrow() throws Exception {
    String table =
        TableReport.of(report(FACTORS, Period.ALL, ReportKey.MONTH, ReportKey.LAB, ReportKey.USER));
    assertThat(table.lines()).allMatch(line -> line.length() <= 100);
  }

  /** A site's own file takes the place of the shipped one whole. */
  @Test
  void aFileWithoutAFactorForCo2eIsNamedAndTheColumnStays() throws Exception {
    Path file = root.resolve("factors.yaml");
    Files.writeString(
        file, "schema: sobre-factors/1\neuroPerKwh: {value: 0.2, source: contract, date: 2026}\n");
    String table = TableReport.of(report(Factors.load(List.of(file)), DECEMBER, ReportKey.LAB));
    assertThat(table)
        .contains("g CO2e", "CO2e: expected gCo2ePerKwh in " + file + ", found none: add it there")
        .containsPattern("(?m)^ lab-vision .* no factor .*$")
        .containsPattern("(?m)^ total .* no factor .*$");
    assertThat(TableReport.of(report(FACTORS, DECEMBER, ReportKey.LAB)))
        .doesNotContain("no factor", "found none");
  }

  @Test
  void saysSoWhereNothingRan() throws Exception {
    Period spring =
        new Period(Optional.of(Instant.parse("2027-03-01T00:00:00Z")), Optional.empty());
    assertThat(TableReport.of(report(Factors.NONE, spring, ReportKey.LAB)))
        .contains("no line of the ledger tells of this time", "the ledger ends on 2026-12-")
        .doesNotContain("not billed");
    assertThat(report(Factors.NONE, spring, ReportKey.MONTH).rows()).isEmpty();
  }

  @Test
  void splitsAJobOverMonthsByEnergyReallyDrawn() throws Exception {
    Report report = report(Factors.NONE, Period.ALL, ReportKey.MONTH, ReportKey.LAB);
    ReportRow november =
        row(report, Map.of(ReportKey.MONTH, "2026-11", ReportKey.LAB, "lab-vision"));
    ReportRow december =
        row(report, Map.of(ReportKey.MONTH, "2026-12", ReportKey.LAB, "lab-vision"));
    assertThat(november.energy().total()).isEqualTo(430_000_000_000L);
    assertThat(december.energy().total()).isEqualTo(470_000_000_000L);
    assertThat(november.gpuHours().add(december.gpuHours()))
        .isEqualByComparingTo(new BigDecimal("0.666666"));
    assertThat(november.items()).isEmpty();
    assertThat(december.items()).hasValue(9000);
    assertThat(december.itemsPerJoule()).contains(new BigDecimal("0.01"));
    assertThat(december.itemsPerSecond()).contains(new BigDecimal("3.75"));
    assertThat(report.totals().jobs()).isEqualTo(4);
  }

  @Test
  void countsWhatWasNotSeenAgainstCoverage() throws Exception {
    Report report = report(Factors.NONE, Period.ALL, ReportKey.LAB);
    // GPU 2340 s and CPU 2400 s of twice 2400 s
    assertThat(row(report, Map.of(ReportKey.LAB, "lab-vision")).coverage())
        .contains(new BigDecimal("0.9875"));
    // running: twice 1800 s of twice 1800 s; ended: GPU 600 s of twice 600 s, no permission for CPU
    assertThat(row(report, Map.of(ReportKey.LAB, "lab-nlp")).coverage())
        .contains(new BigDecimal("0.8750"));
  }

  private static ReportRow row(Report report, Map<ReportKey, String> keys) {
    return report.rows().stream()
        .filter(row -> row.keys().equals(keys))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + keys + " in " + report.rows()));
  }
}
