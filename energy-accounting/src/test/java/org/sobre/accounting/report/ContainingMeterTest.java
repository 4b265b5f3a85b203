package org.sobre.accounting.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.LineStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A meter that contains others (a board controller's) is never added to them. */
final class ContainingMeterTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final MeterId BMC = new MeterId(Part.NODE, "bmc");
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-1");

  @TempDir Path root;

  private static BalanceLine.MeterBalance meter(
      MeterId meter, Optional<MeterId> within, long jobMicrojoules, long platformMicrojoules) {
    EnergyByQuality share = energy(jobMicrojoules);
    EnergyByQuality platform = energy(platformMicrojoules);
    return new BalanceLine.MeterBalance(
        meter,
        "test",
        within,
        3_600_000,
        share.plus(platform),
        List.of(
            new BalanceLine.JobShare(
                new JobKey(7, 0),
                START,
                Optional.of("lab1"),
                1000,
                share,
                Optional.empty(),
                3_600_000)),
        List.of(),
        platform,
        EnergyByQuality.NONE);
  }

  private static EnergyByQuality energy(long microjoules) {
    return EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(microjoules));
  }

  @Test
  void onlyTheInnermostMetersAreAdded() throws Exception {
    Report report =
        report(
            List.of(meter(BMC, Optional.empty(), 900, 100), meter(GPU, Optional.of(BMC), 500, 30)));

    assertThat(report.totals().energy().total()).isEqualTo(500);
    assertThat(report.metered().platform().total()).isEqualTo(30);
    assertThat(report.metered().total().total()).isEqualTo(530);
    assertThat(contained(report)).containsExactly("n1 node/bmc 1000 530");
  }

  /** As a person and a script see it: beside the sums, never in them. */
  @Test
  void itIsShownBesideWhatItContains() throws Exception {
    Report report =
        report(
            List.of(
                meter(BMC, Optional.empty(), 0, 7_200_000_000L),
                meter(GPU, Optional.of(BMC), 3_600_000_000L, 0)));

    assertThat(TableReport.of(report))
        .contains("node/bmc of n1 saw 2.000 Wh, where the meters within it saw 1.000 Wh");
    assertThat(JsonReport.of(report).replaceAll("\\s", ""))
        .contains(
            "\"containing\":[{\"cluster\":\"cbp\",\"node\":\"n1\",\"part\":\"node\",\"device\":\"bmc\","
                + "\"energyKWh\":0.002000000,\"energyMicrojoules\":{\"sampled\":7200000000},"
                + "\"withinMicrojoules\":{\"sampled\":3600000000}}]");
  }

  /** Each as words: node, meter, seen by it, seen by what it contains. */
  private static List<String> contained(Report report) {
    return report.containing().stream()
        .map(
            meter ->
                meter.node()
                    + " "
                    + meter.part()
                    + "/"
                    + meter.device()
                    + " "
                    + meter.seen().total()
                    + " "
                    + meter.within().total())
        .toList();
  }

  /** The board's controller sees all; the platform's counter the package and the memory. */
  @Test
  void ofTwoLevelsOnlyTheInnermostAreAdded() throws Exception {
    MeterId platform = new MeterId(Part.NODE, "psys");
    Report report =
        report(
            List.of(
                meter(BMC, Optional.empty(), 0, 4_000),
                meter(platform, Optional.of(BMC), 0, 700),
                meter(new MeterId(Part.CPU_PACKAGE, "0"), Optional.of(platform), 60, 4),
                meter(new MeterId(Part.DRAM, "0"), Optional.of(platform), 7, 1),
                meter(GPU, Optional.of(BMC), 500, 30)));

    assertThat(report.totals().energy().total()).isEqualTo(567);
    assertThat(report.metered().total().total()).isEqualTo(602);
    assertThat(contained(report)).containsExactly("n1 node/bmc 4000 602", "n1 node/psys 700 72");
  }

  /** A right that was missing is there since November: what October had is still October's. */
  @Test
  void whatAMeterContainsLaterTakesNothingFromTheBalancesBefore() throws Exception {
    MeterId cpus = new MeterId(Part.CPU_PACKAGE, "0");
    Report report =
        report(
            List.of(meter(BMC, Optional.empty(), 0, 4_000)),
            List.of(
                meter(BMC, Optional.empty(), 0, 5_000), meter(cpus, Optional.of(BMC), 600, 30)));

    assertThat(report.metered().total().total()).isEqualTo(4_000 + 630);
    assertThat(report.metered().platform().total()).isEqualTo(4_000 + 30);
    // of October it is in the sums itself
    assertThat(contained(report)).containsExactly("n1 node/bmc 5000 630");
    assertThat(report.totals().energy().total()).isEqualTo(600);
  }

  /** The meter between the two is known from another hour: what is within it is in both. */
  @Test
  void whereTheMiddleOneCannotBeReadTheOutermostIsNotAddedEither() throws Exception {
    MeterId platform = new MeterId(Part.NODE, "psys");
    MeterId cpus = new MeterId(Part.CPU_PACKAGE, "0");
    Report report =
        report(
            List.of(
                meter(BMC, Optional.empty(), 0, 4_000),
                meter(platform, Optional.of(BMC), 0, 700),
                meter(cpus, Optional.of(platform), 60, 4)),
            List.of(
                meter(BMC, Optional.empty(), 0, 5_000),
                meter(cpus, Optional.of(platform), 600, 30)));

    assertThat(report.metered().total().total()).isEqualTo(64 + 630);
    assertThat(contained(report)).containsExactly("n1 node/bmc 9000 694", "n1 node/psys 700 64");
  }

  /** A kernel with the platform's counter, then one without it, or the other way round. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatContainedThemOnceStaysSoWhateverIsReadLast(boolean platformLast) throws Exception {
    MeterId platform = new MeterId(Part.NODE, "psys");
    MeterId cpus = new MeterId(Part.CPU_PACKAGE, "0");
    List<BalanceLine.MeterBalance> one =
        List.of(
            meter(platform, Optional.empty(), 0, 700), meter(cpus, Optional.of(platform), 60, 4));
    List<BalanceLine.MeterBalance> other =
        List.of(meter(BMC, Optional.empty(), 0, 5_000), meter(cpus, Optional.of(BMC), 600, 30));
    Report report = platformLast ? report(other, one) : report(one, other);

    assertThat(report.metered().total().total()).isEqualTo(64 + 630);
  }

  /** A balance of each hour. */
  @SafeVarargs
  private final Report report(List<BalanceLine.MeterBalance>... hours) throws Exception {
    List<BalanceLine> balances = new ArrayList<>();
    for (List<BalanceLine.MeterBalance> meters : hours) {
      int hour = balances.size();
      Instant from = START.plusSeconds(3600L * hour);
      LineHeader header =
          new LineHeader("cbp", "n1", "boot", 2 + hour, Optional.of("001122334455667" + hour));
      balances.add(new BalanceLine(header, false, from, from.plusSeconds(3600), 3_600_000, meters));
    }
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"))) {
      store.write(
          connection -> {
            try (LineStore lines = new LineStore(connection)) {
              for (BalanceLine line : balances) {
                lines.add(line, "8899aabbccddeef" + line.header().seq());
              }
              return balances.size();
            }
          });
      return ReportBuilder.build(
          store,
          new ReportRequest(List.of(ReportKey.LAB), Period.ALL, ZoneOffset.UTC),
          Factors.NONE);
    }
  }
}
