package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.factors.Days;
import org.sobre.accounting.labs.AccountTree;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.store.NodeNews.News;
import org.sobre.accounting.store.Period;
import org.sobre.slurm.command.AccountedJob;

/** What a report lacks, and says so. */
class CompletenessTest {

  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  /** An hour before the month ends in Paris. */
  private static final Instant LATE = Instant.parse("2026-11-30T22:00:00Z");

  private static AccountedJob job(String name, String account, Duration took, OptionalInt gpus) {
    return new AccountedJob(
        "cbp",
        7,
        name,
        Optional.of("ann"),
        1000,
        Optional.of(account),
        "COMPLETED",
        LATE.minusSeconds(60),
        Optional.of(LATE),
        Optional.of(LATE.plus(took)),
        took,
        "cpu=1,node=1",
        gpus,
        1,
        Optional.empty(),
        Optional.empty());
  }

  private static ReportRequest by(Period period, ReportKey... keys) {
    return new ReportRequest(List.of(keys), period, PARIS);
  }

  private static Uncovered uncovered(List<AccountedJob> jobs, ReportRequest request) {
    return Uncovered.of(jobs, request).orElseThrow();
  }

  private static List<Map<ReportKey, String>> names(Uncovered uncovered) {
    return uncovered.rows().stream().map(Uncovered.Row::keys).toList();
  }

  @Test
  void gpuHoursAreThoseWithinThePeriod() {
    AccountedJob job = job("7", "lab", Duration.ofHours(4), OptionalInt.of(2));
    Period november = ReportRequest.month(YearMonth.of(2026, 11), PARIS);
    Uncovered one = uncovered(List.of(job), by(november, ReportKey.LAB));
    assertThat(one.all().jobs()).isEqualTo(1);
    assertThat(one.all().gpuHours().orElseThrow()).isEqualByComparingTo("2");

    Uncovered both = uncovered(List.of(job), by(Period.ALL, ReportKey.MONTH, ReportKey.USER));
    assertThat(both.all().gpuHours().orElseThrow()).isEqualByComparingTo("8");
    assertThat(both.rows())
        .extracting(Uncovered.Row::keys)
        .containsExactly(
            Map.of(ReportKey.MONTH, "2026-11", ReportKey.USER, "ann"),
            Map.of(ReportKey.MONTH, "2026-12", ReportKey.USER, "ann"));
    assertThat(both.rows().get(1).count().gpuHours().map(BigDecimal::intValueExact)).contains(6);
  }

  @Test
  void startsOfOneJobAreOneAndWhatSlurmDoesNotTellIsNotNothing() {
    List<AccountedJob> jobs =
        List.of(
            job("7", "lab", Duration.ofHours(1), OptionalInt.empty()),
            job("7", "lab", Duration.ofHours(1), OptionalInt.empty()),
            job("8_1", "lab", Duration.ofHours(1), OptionalInt.empty()));
    Uncovered uncovered = uncovered(jobs, by(Period.ALL, ReportKey.LAB));
    assertThat(uncovered.all()).isEqualTo(new Uncovered.Count(2, Optional.empty()));
    assertThat(uncovered(jobs, by(Period.ALL, ReportKey.LAB, ReportKey.GPU)).rows())
        .as("Slurm does not tell by the ledger's own keys")
        .isEmpty();
  }

  @Test
  void anAccountBelowAnotherIsItsLabs() {
    LabMap labs =
        new LabMap(
                List.of(new LabMap.Rule("light", Optional.empty(), "physics", always())),
                LabMap.Others.ACCOUNT,
                LabMap.Allocation.NONE,
                AccountTree.FLAT)
            .with(new AccountTree(Map.of("cbp", Map.of("optics", "physics"))));
    ReportRequest request = new ReportRequest(List.of(ReportKey.LAB), Period.ALL, PARIS, labs);
    AccountedJob job = job("7", "optics", Duration.ofHours(1), OptionalInt.of(1));
    assertThat(uncovered(List.of(job), request).rows())
        .extracting(Uncovered.Row::keys)
        .containsExactly(Map.of(ReportKey.LAB, "light"));
  }

  @Test
  void aFilterChoosesThemToo() {
    List<AccountedJob> jobs =
        List.of(
            job("7", "vision", Duration.ofHours(1), OptionalInt.of(1)),
            job("8", "language", Duration.ofHours(3), OptionalInt.of(1)));
    for (ReportKey key : List.of(ReportKey.LAB, ReportKey.ACCOUNT)) {
      Uncovered one = uncovered(jobs, filtered(key, "vision"));
      assertThat(one.all().jobs()).isEqualTo(1);
      assertThat(one.all().gpuHours().orElseThrow()).isEqualByComparingTo("1");
      assertThat(one.rows()).singleElement().extracting(Uncovered.Row::count).isEqualTo(one.all());
    }
    assertThat(uncovered(jobs, filtered(ReportKey.USER, "ann")).all().jobs()).isEqualTo(2);
    assertThat(uncovered(jobs, filtered(ReportKey.CLUSTER, "other")).all().jobs()).isZero();
    assertThat(Uncovered.of(jobs, filtered(ReportKey.NODE, "n1")))
        .as("Slurm's accounting was not asked for nodes")
        .isEmpty();
    assertThat(Uncovered.of(List.of(), filtered(ReportKey.NODE, "n1"))).contains(Uncovered.NONE);
  }

  private static ReportRequest filtered(ReportKey key, String name) {
    return new ReportRequest(
        List.of(ReportKey.USER),
        Period.ALL,
        PARIS,
        LabMap.BY_ACCOUNT,
        new ReportFilter(Map.of(key, Set.of(name))),
        List.of());
  }

  /** The job runs from an hour before midnight of Paris, on which its account moves. */
  @Test
  void aJobOverALabsChangeIsInBothLabs() {
    LocalDate december = LocalDate.of(2026, 12, 1);
    LabMap labs =
        new LabMap(
            List.of(
                new LabMap.Rule(
                    "old",
                    Optional.empty(),
                    "moves",
                    new Days(Optional.empty(), Optional.of(december))),
                new LabMap.Rule(
                    "new",
                    Optional.empty(),
                    "moves",
                    new Days(Optional.of(december), Optional.empty()))),
            LabMap.Others.ACCOUNT,
            LabMap.Allocation.NONE,
            AccountTree.FLAT);
    Uncovered both =
        uncovered(
            List.of(job("7", "moves", Duration.ofHours(4), OptionalInt.of(1))),
            new ReportRequest(List.of(ReportKey.LAB), Period.ALL, PARIS, labs));
    assertThat(both.all().jobs()).isEqualTo(1);
    assertThat(both.all().gpuHours().orElseThrow()).isEqualByComparingTo("4");
    assertThat(names(both))
        .containsExactly(Map.of(ReportKey.LAB, "new"), Map.of(ReportKey.LAB, "old"));
    assertThat(both.rows().get(0).count().gpuHours().orElseThrow()).isEqualByComparingTo("3");
    assertThat(both.rows().get(1).count().gpuHours().orElseThrow()).isEqualByComparingTo("1");
  }

  @Test
  void anAccountOfNobodyIsCalledAsInTheRowsOfTheLedger() {
    LabMap nobodys =
        new LabMap(List.of(), LabMap.Others.UNASSIGNED, LabMap.Allocation.NONE, AccountTree.FLAT);
    AccountedJob job = job("7", "optics", Duration.ofHours(1), OptionalInt.of(1));
    assertThat(
            names(
                uncovered(
                    List.of(job),
                    new ReportRequest(List.of(ReportKey.LAB), Period.ALL, PARIS, nobodys))))
        .containsExactly(Map.of(ReportKey.LAB, LabMap.UNASSIGNED));
  }

  @Test
  void aCoverageIsNeverSaidToBeMoreThanItIs() {
    assertThat(Footnotes.coverage(new BigDecimal("0.9996"))).isEqualTo("99.9 %");
    assertThat(Footnotes.coverage(new BigDecimal("1.0000"))).isEqualTo("100.0 %");
    assertThat(Footnotes.coverage(new BigDecimal("0.0009"))).isEqualTo("0.0 %");
  }

  private static Days always() {
    return new Days(Optional.<LocalDate>empty(), Optional.<LocalDate>empty());
  }

  @Test
  void nodesThatWereJustHeardOfAndSaidNothingSinceAreSilent() {
    List<News> news =
        List.of(
            new News("cbp", "gpu1", LATE),
            new News("cbp", "gpu2", LATE.minus(Duration.ofMinutes(119))),
            new News("cbp", "gpu3", LATE.minus(Duration.ofMinutes(121))),
            new News("cbp", "sold", LATE.minus(Duration.ofDays(8))));
    Optional<Instant> begins = Optional.of(LATE.minus(Duration.ofDays(9)));
    assertThat(Freshness.of(begins, news))
        .isEqualTo(new Freshness(begins, Optional.of(LATE), List.of("gpu3")));
    assertThat(Freshness.of(Optional.empty(), List.of())).isEqualTo(Freshness.UNKNOWN);
  }

  @Test
  void ofATimeBeforeItsFirstLineOrAfterItsLastTheLedgerIsSilent() {
    Instant begin = LATE.minus(Duration.ofDays(9));
    Freshness fresh = new Freshness(Optional.of(begin), Optional.of(LATE), List.of());
    Period before = new Period(Optional.empty(), Optional.of(begin));
    Period after = new Period(Optional.of(LATE), Optional.empty());
    Period over = new Period(Optional.of(begin.minusMillis(1)), Optional.of(begin.plusMillis(1)));
    Period last = new Period(Optional.of(LATE.minusMillis(1)), Optional.of(LATE.plusMillis(1)));
    assertThat(List.of(before, after)).allMatch(fresh::isSilentOf);
    assertThat(List.of(over, last, Period.ALL)).noneMatch(fresh::isSilentOf);
    assertThat(fresh.beginsWithin(over)).contains(begin);
    assertThat(fresh.beginsWithin(last)).isEmpty();
    assertThat(fresh.beginsWithin(Period.ALL)).isEmpty();
    assertThat(Freshness.UNKNOWN.isSilentOf(Period.ALL)).isTrue();
  }
}
