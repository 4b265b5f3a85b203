package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.JobLedger.Who;
import org.sobre.accounting.report.JobLedger.Work;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.QualitySums;
import org.sobre.accounting.year.LongAfter;

/** Rates of declared work and the hardware behind it, against sums done by hand. */
final class WorkRatesReportTest {

  private static final Who CHAT = new Who("nlp", "alice", "nvidia_l4", "llama", "request");

  @TempDir Path root;
  private JobLedger ledger;
  private AccountingStore store;

  @BeforeEach
  void twoJobs() throws IOException {
    ledger = new JobLedger(root.resolve("ledger"), "cbp", "n1");
    // 3 600 000 J are a kWh
    ledger.add(CHAT, new Work(1800, 1_800_000, 500, 100_000, 20_000));
    ledger.add(CHAT, new Work(5400, 5_400_000, -1, -1, 60_000));
    store = AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
    new LedgerIngest(ledger.directory, store, IngestProgress.NONE, LongAfter.CLOCK).run();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static Factors price() {
    return new Factors(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Factor(new BigDecimal("0.2"), "contract", "2026")),
        Optional.empty());
  }

  private ReportRow only(Factors factors, ReportField... fields) throws IOException {
    ReportRequest request =
        new ReportRequest(
            List.of(ReportKey.LAB),
            Period.ALL,
            ZoneOffset.UTC,
            LabMap.BY_ACCOUNT,
            ReportFilter.NONE,
            List.of(fields));
    List<ReportRow> rows = ReportBuilder.build(store, request, factors).rows();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  @Test
  void tokensAreThoseOfTheJobsThatToldThem() throws Exception {
    ReportRow row = only(price());
    assertThat(row.tokensIn()).hasValue(100_000);
    assertThat(row.tokensOut()).hasValue(80_000);
    // 180 000 tokens in 7200 s, of 7 200 000 J = 2 kWh, for 0.40 euro
    assertThat(row.tokenRates().perSecond()).contains(new BigDecimal("25"));
    assertThat(row.tokenRates().perJoule()).contains(new BigDecimal("0.025"));
    assertThat(row.tokenRates().perEuro().orElseThrow()).isEqualByComparingTo("450000");
    assertThat(row.tokenRates().euroPerMillion()).contains(new BigDecimal("2.22222"));
    // 500 items of the first job alone: 1800 s, 0.5 kWh, 0.10 euro
    assertThat(row.itemRates().perSecond()).contains(new BigDecimal("0.277778"));
    assertThat(row.itemRates().perEuro().orElseThrow()).isEqualByComparingTo("5000");
    assertThat(row.itemRates().perSecondPerEuro()).contains(new BigDecimal("2.77778"));
  }

  /** A user's own word: two of these are more than a long has, and must not end every report. */
  @Test
  void aCountThatNoJobReachesIsNotToldAndTheJobIsBilled() throws Exception {
    ledger.add(CHAT, new Work(60, 60, 5, Long.MAX_VALUE, Long.MAX_VALUE));
    ledger.add(CHAT, new Work(60, 60, Long.MAX_VALUE, 1_000_000_000_001L, -1));
    ledger.add(CHAT, new Work(60, 60, -1, 1_000_000_000_000L, -1));
    new LedgerIngest(ledger.directory, store, IngestProgress.NONE, LongAfter.CLOCK).run();
    ReportRow row = only(Factors.NONE);
    assertThat(row.jobs()).isEqualTo(5);
    assertThat(row.tokensIn()).hasValue(1_000_000_100_000L);
    assertThat(row.tokensOut()).hasValue(80_000);
    assertThat(row.items()).hasValue(505);
    assertThat(row.energy().total()).isEqualTo(7_200_180_000_000L);
  }

  @Test
  void withoutAPriceNothingIsPerEuro() throws Exception {
    ReportRow row = only(Factors.NONE);
    assertThat(row.tokenRates().perSecond()).contains(new BigDecimal("25"));
    assertThat(row.tokenRates().perEuro()).isEmpty();
    assertThat(row.tokenRates().euroPerMillion()).isEmpty();
    assertThat(row.itemRates().perEuro()).isEmpty();
  }

  private List<ReportRow> ofVision(Factors factors, ReportKey... by) throws IOException {
    ReportRequest request =
        new ReportRequest(
            List.of(by),
            Period.ALL,
            ZoneOffset.UTC,
            LabMap.BY_ACCOUNT,
            new ReportFilter(Map.of(ReportKey.LAB, Set.of("vision"))),
            List.of());
    Report report = ReportBuilder.build(store, request, factors);
    List<ReportRow> rows = new ArrayList<>(report.rows());
    rows.removeIf(row -> row.items().isEmpty());
    rows.add(report.totals());
    return rows;
  }

  /** A mean price over jobs that declared nothing made each row another rate of the same work. */
  @Test
  void wherePricesChangeWorkCostsWhatItsOwnJobsDrew() throws Exception {
    // drawn at their ends: 0.5 kWh at 10 o'clock for 0.10, 1 kWh each at 13 o'clock for 0.30
    Who bob = new Who("vision", "bob", "nvidia_l4", "sd21", "image");
    Who carol = new Who("vision", "carol", "nvidia_l4", "sd21", "image");
    ledger.add(bob, new Work(1800, 1_800_000, 600, 4000, -1));
    ledger.add(bob, new Work(10_800, 3_600_000, -1, 9000, -1));
    ledger.add(carol, new Work(10_800, 3_600_000, -1, -1, -1));
    new LedgerIngest(ledger.directory, store, IngestProgress.NONE, LongAfter.CLOCK).run();
    Path file = root.resolve("factors.yaml");
    Files.writeString(
        file,
        """
        schema: sobre-factors/2
        euroPerKwh:
          - classes:
              cheap: {value: 0.10, hours: "10:00-12:00"}
              dear: {value: 0.30, hours: "12:00-10:00"}
            source: contract
            date: 2026
        """);
    Factors factors = Factors.load(List.of(file));
    for (ReportKey key : List.of(ReportKey.USER, ReportKey.LAB, ReportKey.MONTH, ReportKey.GPU)) {
      List<ReportRow> rows = ofVision(factors, key);
      assertThat(rows).as("by %s, and its total", key).hasSize(2);
      for (ReportRow row : rows) {
        assertThat(row.itemRates().perEuro().orElseThrow()).isEqualByComparingTo("12000");
        // 13 000 tokens of bob's two jobs for 0.05 + 0.30 euro
        assertThat(row.tokenRates().euroPerMillion().orElseThrow()).isEqualByComparingTo("26.9231");
      }
    }
  }

  @Test
  void embodiedAndRentalAreLookedForOnlyIfAskedFor() throws Exception {
    Path file = root.resolve("factors.yaml");
    // a card of 87.6 kg for 10 years, a machine of 438 kg with two cards: 1 g and 2.5 g an hour
    Files.writeString(
        file,
        """
        schema: sobre-factors/2
        hardware:
          lifeYears: {value: 10, source: house, date: 2024}
          gpus:
            - {model: nvidia_l4, embodiedKgCo2e: {value: 87.6, source: "a study of cards", date: 2024}}
          machines:
            - match: "n*"
              gpuCount: 2
              embodiedKgCo2e: {value: 438, source: "a study of machines", date: 2024}
        cloudEuroPerGpuHour:
          - {model: nvidia_l4, value: 0.8, source: "a list", date: 2026}
        """);
    Factors factors = Factors.load(List.of(file));
    assertThat(only(factors).hardware()).isEmpty();
    HardwareUse use =
        only(factors, ReportField.EMBODIED, ReportField.RENTAL).hardware().orElseThrow();
    // two GPU hours
    assertThat(use.rental().amount().orElseThrow()).isEqualByComparingTo("1.6");
    assertThat(use.embodied().amount().orElseThrow().doubleValue()).isCloseTo(7.0, within(0.01));
    assertThat(use.embodied().sources())
        .extracting(source -> source.factor().source())
        .containsExactly("a study of cards", "a study of machines");
    ReportRequest request =
        new ReportRequest(
            List.of(ReportKey.LAB),
            Period.ALL,
            ZoneOffset.UTC,
            LabMap.BY_ACCOUNT,
            ReportFilter.NONE,
            List.of(ReportField.EMBODIED, ReportField.RENTAL));
    Report report = ReportBuilder.build(store, request, factors);
    assertThat(CsvReport.of(report))
        .startsWith("lab,embodiedKgCo2e,rentalEuro\r\nnlp,0.007000,1.600000");
    assertThat(TableReport.of(report)).contains("a study of machines", "kg made", "1.60");
    assertThat(JsonReport.of(report)).contains("\"embodiedSources\" : [ {", "\"rentalEuro\" : 1.6");
  }

  /** 20.65 % and 79.35 % rounded apart were 100.1 %. */
  @Test
  void qualitiesAreAHundredPercentTogether() throws Exception {
    QualitySums energy =
        new QualitySums(BigInteger.valueOf(2065), BigInteger.valueOf(7935), BigInteger.ZERO);
    assertThat(Footnotes.quality(energy).orElseThrow())
        .isEqualTo("measured: 20.7 % from energy counters, 79.3 % from sampled power");
  }

  @Test
  void whatIsLeftOutForWidthIsNamedByItsColumn() throws Exception {
    ReportRequest request = new ReportRequest(List.of(ReportKey.LAB), Period.ALL, ZoneOffset.UTC);
    Report report = ReportBuilder.build(store, request, price());
    List<String> wide = TableReport.of(report, 500).lines().toList();
    assertThat(wide).noneMatch(line -> line.startsWith("left out"));
    // 5000 items and 450 000 tokens a euro: no hundredths; half an item a second has them
    assertThat(wide.get(4)).contains(" 5000 ", " 0.28 ").doesNotContain("5000.");
    assertThat(TableReport.of(report, wide.get(3).length() - 1))
        .contains("left out for width: per euro, euro/Mtok; --columns LIST chooses")
        .contains("per s");
    assertThat(TableReport.of(report, 60))
        .contains("left out for width: done, per s, per kJ, tok/s, tok/kJ, per euro, euro/Mtok;");
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  @Test
  void qualityAndIdleCanBeAskedFor() throws Exception {
    ReportRow row = only(Factors.NONE, ReportField.COUNTER, ReportField.IDLE);
    assertThat(row.energy().counter()).isEqualTo(BigInteger.valueOf(7_200_000_000_000L));
    assertThat(row.idleShare()).as("nobody told").isEmpty();
    assertThat(ReportField.COUNTER.text(row)).contains("2.000000000");
    assertThat(ReportField.MODELLED.text(row)).contains("0.000000000");
  }
}
