package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.JobLedger.Who;
import org.sobre.accounting.report.JobLedger.Work;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;

/** What rows' GPU hours took of the hardware, against sums done by hand. */
final class HardwareReportTest {

  /** By the hour: an L4 1 g and 1 cent, a T4 2 g, machine n1 5 g and 2 cents a card. */
  private static final String FACTORS =
      """
      schema: sobre-factors/2
      hardware:
        lifeYears: {value: 10, source: house, date: 2024}
        gpus:
          - model: nvidia_l4
            priceEuro: {value: 876, source: order 1, date: 2024}
            embodiedKgCo2e: {value: 87.6, uncertaintyPercent: 50, source: cards, date: 2024}
          - model: nvidia_t4
            embodiedKgCo2e: {value: 175.2, source: old cards, date: 2024}
        machines:
          - match: n1
            gpuCount: 2
            priceEuro: {value: 3504, source: order 2, date: 2024}
            embodiedKgCo2e: {value: 876, source: machines, date: 2024}
      cloudEuroPerGpuHour:
        - {model: nvidia_l4, until: 2026-11-21, value: 1, source: list, date: 2026}
        - {model: nvidia_l4, from: 2026-11-21, value: 2, source: list, date: 2026}
        - {model: nvidia_t4, value: 0.5, source: list, date: 2026}
      """;

  @TempDir Path root;
  private JobLedger ledger;
  private Factors factors = Factors.NONE;

  @BeforeEach
  void write() throws Exception {
    ledger = new JobLedger(root.resolve("ledger"), "cbp", "n1");
    factors = Factors.load(List.of(Files.writeString(root.resolve("factors.yaml"), FACTORS)));
  }

  private static Who who(String lab, String gpus) {
    return new Who(lab, "ann", gpus, "p", "image");
  }

  private static Work hours(long hours) {
    return new Work(hours * 3600, 1000, -1, -1, -1);
  }

  private Report report(ReportKey... by) throws IOException {
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      new LedgerIngest(ledger.directory, store, IngestProgress.NONE).run();
      return ReportBuilder.build(
          store,
          new ReportRequest(
              List.of(by),
              Period.ALL,
              ZoneOffset.UTC,
              LabMap.BY_ACCOUNT,
              ReportFilter.NONE,
              List.copyOf(ReportField.OF_HARDWARE)),
          factors);
    }
  }

  private HardwareUse total(ReportKey... by) throws IOException {
    return report(by).totals().hardware().orElseThrow();
  }

  @Test
  void aPriceThatChangesInTheMonthIsThatOfTheDay() throws Exception {
    // from a second after 10:00 on: 14 hours before midnight at 1 euro, 16 after it at 2
    ledger.add(who("a", "nvidia_l4"), hours(30));
    double right = 14 + 16 * 2;
    assertThat(total(ReportKey.LAB).rental().amount().orElseThrow().doubleValue())
        .isCloseTo(right, within(0.001));
    assertThat(total(ReportKey.LAB, ReportKey.DAY).rental().amount().orElseThrow().doubleValue())
        .isCloseTo(right, within(0.001));
  }

  @Test
  void aRunOfSeveralTypesIsAskedForEach() throws Exception {
    ledger.add(who("a", "nvidia_l4 and nvidia_l4 and nvidia_t4"), hours(2));
    Report report = report(ReportKey.GPU);
    assertThat(report.rows())
        .extracting(ReportRow::keys)
        .containsExactly(Map.of(ReportKey.GPU, "nvidia_l4+nvidia_t4"));
    HardwareUse use = report.rows().get(0).hardware().orElseThrow();
    // 4 hours of an L4 and 2 of a T4, and 6 of the machine's halves
    assertThat(use.embodied().amount().orElseThrow().doubleValue())
        .isCloseTo(4 * 1 + 2 * 2 + 6 * 5, within(0.001));
    assertThat(use.rental().amount().orElseThrow().doubleValue())
        .isCloseTo(4 * 1 + 2 * 0.5, within(0.001));
    assertThat(use.embodied().withoutTypes()).isEmpty();
  }

  @Test
  void purchasePricesAreSpreadAndTheirGapsNamed() throws Exception {
    ledger.add(who("a", "nvidia_l4 and nvidia_t4"), hours(1));
    Report report = report(ReportKey.LAB);
    HardwareUse use = report.totals().hardware().orElseThrow();
    assertThat(use.purchase().amount().orElseThrow().doubleValue())
        .isCloseTo(0.01 + 2 * 0.02, within(1e-6));
    assertThat(use.purchase().withoutTypes()).containsExactly("nvidia_t4");
    assertThat(use.embodied().uncertainty().orElseThrow().doubleValue())
        .as("half of the L4's; the others say none")
        .isCloseTo(0.5, within(1e-6));
    assertThat(ReportField.HARDWARE.text(report.totals()).map(BigDecimal::new).orElseThrow())
        .isEqualByComparingTo("0.05");
    assertThat(TableReport.of(report))
        .contains("euro bought", "0.05", "bought: no price is known of nvidia_t4", "87.6 ± 50 %");
    assertThat(JsonReport.of(report))
        .contains("\"hardwareEuro\" : 0.05", "\"uncertaintyPercent\" : 50")
        .contains("\"embodiedUncertaintyKgCo2e\" : 0.0005");
    assertThat(CsvReport.of(report))
        .startsWith("lab,embodiedKgCo2e,rentalEuro,hardwareEuro,embodiedUncertaintyKgCo2e");
  }
}
