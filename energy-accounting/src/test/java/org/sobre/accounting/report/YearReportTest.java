package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Days;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.labs.AccountTree;
import org.sobre.accounting.labs.LabMap;
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

  @Test
  void byLabAndDay() throws Exception {
    check(report(year(), ReportKey.LAB, ReportKey.DAY), year.truth.byLabDay);
  }

  @Test
  void byDayAndMonthIsByDay() throws Exception {
    Report report = report(year(), ReportKey.DAY, ReportKey.MONTH, ReportKey.ACCOUNT);
    SortedMap<String, YearTruth.Row> expected = new TreeMap<>();
    year.truth.byLabDay.forEach(
        (key, row) -> {
          String[] labAndDay = key.split("\t", -1);
          String month = labAndDay[1].substring(0, "2024-01".length());
          expected.put(labAndDay[1] + "\t" + month + "\t" + labAndDay[0], row);
        });
    check(report, expected);
  }

  private Report of(ReportKey filter, Set<String> names, LabMap labs, ReportKey... by)
      throws IOException {
    ReportFilter only = new ReportFilter(Map.of(filter, names));
    return ReportBuilder.build(
        store,
        new ReportRequest(List.of(by), year(), YearShape.ZONE, labs, only, List.of()),
        Factors.NONE);
  }

  private static SortedMap<String, YearTruth.Row> some(
      Map<String, YearTruth.Row> all, Predicate<String> firstKey) {
    SortedMap<String, YearTruth.Row> some = new TreeMap<>();
    all.forEach(
        (key, row) -> {
          if (firstKey.test(key.substring(0, key.indexOf('\t')))) {
            some.put(key, row);
          }
        });
    assertThat(some).isNotEmpty();
    return some;
  }

  @Test
  void aFilterGivesTheRowsOfItsNamesAndNoOthers() throws Exception {
    Set<String> users = Set.of("user003", "user007");
    Report ofUsers = of(ReportKey.USER, users, LabMap.BY_ACCOUNT, ReportKey.USER, ReportKey.GPU);
    check(ofUsers, some(year.truth.byUserGpu, users::contains));
    assertThat(ofUsers.unbilled()).as("what no job pays is not theirs").isEmpty();
    Set<String> nodes = some(year.truth.byNodeMonth, any -> true).keySet();
    String node = nodes.iterator().next().split("\t", -1)[0];
    check(
        of(ReportKey.NODE, Set.of(node), LabMap.BY_ACCOUNT, ReportKey.NODE, ReportKey.MONTH),
        some(year.truth.byNodeMonth, node::equals));
    check(
        of(ReportKey.LAB, Set.of("lab-03"), LabMap.BY_ACCOUNT, ReportKey.LAB, ReportKey.MONTH),
        some(year.truth.byLabMonth, "lab-03"::equals));
  }

  /** Two accounts are one lab for half of the year. */
  @Test
  void aLabThatAccountsBelongToForDaysIsAFilterToo() throws Exception {
    LocalDate july = LocalDate.of(2024, 7, 1);
    Days first = new Days(Optional.empty(), Optional.of(july));
    LabMap labs =
        new LabMap(
            List.of(
                new LabMap.Rule("Images", Optional.empty(), "lab-03", first),
                new LabMap.Rule("Images", Optional.empty(), "lab-05", Days.ALL)),
            LabMap.Others.UNASSIGNED,
            LabMap.Allocation.NONE,
            AccountTree.FLAT);
    Report report = of(ReportKey.LAB, Set.of("Images"), labs, ReportKey.ACCOUNT, ReportKey.MONTH);
    SortedMap<String, YearTruth.Row> expected =
        some(year.truth.byLabMonth, Set.of("lab-03", "lab-05")::contains);
    expected.keySet().removeIf(key -> key.matches("lab-03\t2024-(0[7-9]|1.)"));
    check(report, expected);
    BigInteger energy =
        expected.values().stream()
            .map(row -> BigInteger.valueOf(row.counter + row.sampled))
            .reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(report.totals().energy().total()).isEqualTo(energy);
    assertThat(report.unmeasured().meters()).isNotEmpty();
  }

  @Test
  void aNameThatNoJobHasIsTold() throws Exception {
    Report none =
        of(ReportKey.USER, Set.of("user003", "usr003"), LabMap.BY_ACCOUNT, ReportKey.USER);
    UnknownName unknown = UnknownName.first(store, none).orElseThrow();
    assertThat(unknown.name()).isEqualTo("usr003");
    assertThat(unknown.known()).contains("user003").doesNotContain("usr003");
    assertThat(
            UnknownName.first(
                store, of(ReportKey.USER, Set.of("user003"), LabMap.BY_ACCOUNT, ReportKey.LAB)))
        .isEmpty();
  }

  private Report shared(Set<String> labs, ReportKey... by) throws IOException {
    LabMap map =
        new LabMap(
            List.of(),
            LabMap.Others.ACCOUNT,
            LabMap.Allocation.BY_RESERVED_SHARE,
            AccountTree.FLAT);
    ReportFilter filter =
        labs.isEmpty() ? ReportFilter.NONE : new ReportFilter(Map.of(ReportKey.LAB, labs));
    return ReportBuilder.build(
        store,
        new ReportRequest(List.of(by), year(), YearShape.ZONE, map, filter, List.of()),
        Factors.NONE);
  }

  /**
   * What no job pays in a month, by the device-time due of each lab in it, to three microjoules.
   */
  private Map<String, BigDecimal> expectedShares() {
    Map<String, BigInteger> due = new TreeMap<>();
    year.truth.byLabMonth.forEach(
        (key, row) ->
            due.merge(
                key.substring(key.indexOf('\t') + 1),
                BigInteger.valueOf(row.dueMillis),
                BigInteger::add));
    Map<String, BigDecimal> shares = new TreeMap<>();
    year.truth.byLabMonth.forEach(
        (key, row) -> {
          String month = key.substring(key.indexOf('\t') + 1);
          String lab = key.substring(0, key.indexOf('\t'));
          shares.put(
              (lab.equals(YearTruth.NO_ACCOUNT) ? LabMap.UNASSIGNED : lab) + "\t" + month,
              new BigDecimal(unbilled(month, ""))
                  .multiply(BigDecimal.valueOf(row.dueMillis))
                  .divide(
                      new BigDecimal(due.getOrDefault(month, BigInteger.ONE)),
                      6,
                      RoundingMode.HALF_UP));
        });
    return shares;
  }

  private static BigInteger share(ReportRow row) {
    return row.allocated().orElseThrow().energy().total();
  }

  @Test
  void whatNoJobPaysIsSharedOutByReservedTimeToTheLastMicrojoule() throws Exception {
    Map<String, BigDecimal> expected = expectedShares();
    Report byMonth = shared(Set.of(), ReportKey.LAB, ReportKey.MONTH);
    Map<String, BigInteger> ofMonths = new TreeMap<>();
    Map<String, BigInteger> ofLabs = new TreeMap<>();
    for (ReportRow row : byMonth.rows()) {
      String lab = row.keys().getOrDefault(ReportKey.LAB, "");
      String month = row.keys().getOrDefault(ReportKey.MONTH, "");
      BigDecimal exact = expected.getOrDefault(lab + "\t" + month, BigDecimal.ZERO);
      assertThat(new BigDecimal(share(row)).subtract(exact).abs())
          .as("%s in %s", lab, month)
          .isLessThan(new BigDecimal(3));
      ofMonths.merge(month, share(row), BigInteger::add);
      ofLabs.merge(lab, share(row), BigInteger::add);
    }
    assertThat(ofMonths).hasSize(12);
    ofMonths.forEach((month, sum) -> assertThat(sum).as(month).isEqualTo(unbilled(month, "")));
    Report byLab = shared(Set.of(), ReportKey.LAB);
    byLab
        .rows()
        .forEach(
            row ->
                assertThat(share(row))
                    .as("the months of a lab are its year")
                    .isEqualTo(ofLabs.get(row.keys().getOrDefault(ReportKey.LAB, ""))));
    BigInteger all = ofMonths.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    assertThat(share(byLab.totals())).isEqualTo(all);
    assertThat(byLab.rows())
        .as("the jobs' own energy stays apart")
        .extracting(ReportRow::energy)
        .isEqualTo(report(year(), ReportKey.LAB).rows().stream().map(ReportRow::energy).toList());
    assertThat(share(shared(Set.of(), ReportKey.ACCOUNT, ReportKey.DAY).totals())).isEqualTo(all);
  }

  @Test
  void aFilterTakesNothingFromTheSharesOfOthers() throws Exception {
    Map<String, BigDecimal> expected = expectedShares();
    Report report = shared(Set.of("lab-03"), ReportKey.LAB, ReportKey.MONTH);
    assertThat(report.rows()).hasSize(12);
    for (ReportRow row : report.rows()) {
      String month = row.keys().getOrDefault(ReportKey.MONTH, "");
      assertThat(
              new BigDecimal(share(row))
                  .subtract(expected.getOrDefault("lab-03\t" + month, BigDecimal.ZERO))
                  .abs())
          .isLessThan(new BigDecimal(4));
    }
    assertThat(TableReport.of(report)).contains("shared out by reserved device-time");
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
