package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.year.GeneratedYear;
import org.sobre.accounting.year.YearShape;
import org.sobre.accounting.year.YearTruth;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;

/**
 * Reports of a generated year, with a leap day and both changes of the clock, equal what was put
 * in: 20 000 jobs, or as many as {@code sobre.year.jobs} says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class YearReportTest {

  private static final int JOBS = Integer.getInteger("sobre.year.jobs", 20_000);
  private static final int MOST_NODES = 330;

  /** A year has its own number of nodes: a job has the same chances in a small one. */
  private static final int NODES = Math.max(12, Math.min(MOST_NODES, JOBS / 3_000 / 2 * 2));

  @TempDir static Path root;
  private GeneratedYear year;
  private AccountingStore store;

  @BeforeAll
  void generate() throws Exception {
    YearShape shape = new YearShape(Long.getLong("sobre.seed", 8), NODES, 60, 400, JOBS);
    year = GeneratedYear.write(shape, root.resolve("ledger"));
    LedgerDirectory ledger = new LedgerDirectory(root.resolve("ledger"));
    assertThat(LedgerVerifier.verify(ledger).findings()).as("a ledger as nodes write it").isEmpty();
    store = AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
    var result = new LedgerIngest(ledger, store, IngestProgress.NONE).run();
    assertThat(result.quarantined()).isEmpty();
    assertThat(result.newLines()).isEqualTo(year.lines());
  }

  @AfterAll
  void close() throws IOException {
    store.close();
  }

  private Report report(Period period, ReportKey... by) throws IOException {
    return ReportBuilder.build(
        store, new ReportRequest(List.of(by), period, YearShape.ZONE), Factors.NONE);
  }

  private static Period year() {
    return new Period(
        ReportRequest.month(YearMonth.of(2024, 1), YearShape.ZONE).since(),
        ReportRequest.month(YearMonth.of(2024, 12), YearShape.ZONE).until());
  }

  @Test
  void byLabAndMonth() throws Exception {
    check(report(year(), ReportKey.LAB, ReportKey.MONTH), year.truth.byLabMonth);
  }

  @Test
  void byLab() throws Exception {
    check(report(year(), ReportKey.LAB), year.truth.byLab);
  }

  @Test
  void byLabOfEachMonth() throws Exception {
    for (int month = 1; month <= 12; month++) {
      YearMonth of = YearMonth.of(2024, month);
      SortedMap<String, YearTruth.Row> expected = new TreeMap<>();
      year.truth.byLabMonth.forEach(
          (key, row) -> {
            if (key.endsWith("\t" + of)) {
              expected.put(key.substring(0, key.indexOf('\t')), row);
            }
          });
      Report report = report(ReportRequest.month(of, YearShape.ZONE), ReportKey.LAB);
      check(report, expected);
      checkUnbilled(report, of.toString());
    }
  }

  @Test
  void byLabOfEachDay() throws Exception {
    SortedMap<String, YearTruth.Row> found = new TreeMap<>(year.truth.byLabDay);
    String leap = "2024-02-29";
    String spring = "2024-03-31";
    String autumn = "2024-10-27";
    for (String day : List.of("2024-01-01", leap, spring, autumn, "2024-12-31")) {
      var since = java.time.LocalDate.parse(day);
      Period of =
          new Period(
              java.util.Optional.of(since.atStartOfDay(YearShape.ZONE).toInstant()),
              java.util.Optional.of(since.plusDays(1).atStartOfDay(YearShape.ZONE).toInstant()));
      SortedMap<String, YearTruth.Row> expected = new TreeMap<>();
      found.forEach(
          (key, row) -> {
            if (key.endsWith("\t" + day)) {
              expected.put(key.substring(0, key.indexOf('\t')), row);
            }
          });
      assertThat(expected).as(day).isNotEmpty();
      check(report(of, ReportKey.LAB), expected);
    }
  }

  @Test
  void byUserAndGpu() throws Exception {
    check(report(year(), ReportKey.USER, ReportKey.GPU), year.truth.byUserGpu);
  }

  @Test
  void byNodeAndMonth() throws Exception {
    check(report(year(), ReportKey.NODE, ReportKey.MONTH), year.truth.byNodeMonth);
  }

  @Test
  void byProfile() throws Exception {
    Report report = report(year(), ReportKey.PROFILE);
    check(report, year.truth.byProfile);
    assertThat(sums(report.totals())).isEqualTo(sums(year.truth.total));
  }

  private void checkUnbilled(Report report, String month) {
    assertThat(report.metered().platform().total()).isEqualTo(unbilled(month, "platform"));
    assertThat(report.metered().unknown().total()).isEqualTo(unbilled(month, "unknown"));
    assertThat(report.metered().outsideSlurm().total()).isEqualTo(unbilled(month, "outside"));
  }

  private BigInteger unbilled(String month, String what) {
    return year.truth.unbilled.entrySet().stream()
        .filter(sum -> sum.getKey().startsWith(month + "\t" + what))
        .map(sum -> BigInteger.valueOf(sum.getValue()))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static void check(Report report, Map<String, YearTruth.Row> expected) {
    Function<ReportRow, String> key =
        row ->
            report.request().by().stream()
                .map(by -> row.keys().getOrDefault(by, ""))
                .collect(Collectors.joining("\t"));
    SortedMap<String, String> found = new TreeMap<>();
    report.rows().forEach(row -> found.put(key.apply(row), sums(row)));
    SortedMap<String, String> truth = new TreeMap<>();
    expected.forEach((name, row) -> truth.put(name, sums(row)));
    assertThat(found).isEqualTo(truth);
  }

  private static String sums(ReportRow row) {
    return row.jobs()
        + " jobs, "
        + row.energy().counter()
        + " uJ counted, "
        + row.energy().sampled()
        + " uJ sampled, coverage "
        + row.coverage().map(BigDecimal::toPlainString).orElse("-")
        + ", "
        + row.gpuHours().toPlainString()
        + " GPU h, "
        + row.items().orElse(0)
        + " items";
  }

  private static String sums(YearTruth.Row row) {
    return row.jobs
        + " jobs, "
        + row.counter
        + " uJ counted, "
        + row.sampled
        + " uJ sampled, coverage "
        + (row.dueMillis == 0
            ? "-"
            : BigDecimal.valueOf(row.observedMillis)
                .divide(BigDecimal.valueOf(row.dueMillis), 4, RoundingMode.DOWN)
                .toPlainString())
        + ", "
        + BigDecimal.valueOf(row.gpuThousandthMillis)
            .divide(BigDecimal.valueOf(3_600_000_000L), 6, RoundingMode.HALF_UP)
            .toPlainString()
        + " GPU h, "
        + row.items
        + " items";
  }
}
