package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.report.CsvReport;
import org.sobre.accounting.report.JsonReport;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.CheckpointCodec;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.hardware.config.ConfigurationException;

/** Today's readers read the ledger of version 1 to the facts that were read then. */
class FrozenLedgerTest {

  private static final LedgerDirectory LEDGER = new LedgerDirectory(Frozen.LEDGER);
  private static final int LINES = 19;

  @TempDir private Path directory;
  private String storeUrl = "";

  @BeforeEach
  void chooseStore() {
    storeUrl = "jdbc:sqlite:" + directory.resolve("store.db");
  }

  @Test
  void verifyFindsNothing() throws IOException {
    assertThat(LedgerVerifier.verify(LEDGER).findings()).isEmpty();
    assertThat(Frozen.ledgerLines()).hasSize(LINES);
  }

  @Test
  void everyLineIsTaken() throws IOException {
    try (AccountingStore store = AccountingStore.open(storeUrl)) {
      IngestResult result = new LedgerIngest(LEDGER, store, (done, all) -> {}).run();
      assertThat(result.quarantined()).isEmpty();
      assertThat(result.newLines()).isEqualTo(LINES);
    }
  }

  @Test
  void everyLineKeepsTheSchemaInBothStrengths() {
    Contract contract = Contract.of("ledger-line");
    Frozen.ledgerLines()
        .map(Contract::parse)
        .forEach(
            line -> {
              assertThat(contract.asRead(line)).as("%s", line).isEmpty();
              assertThat(contract.asWritten(line)).as("%s", line).isEmpty();
            });
  }

  /** No key is lost, renamed or changed; keys may have come. */
  @Test
  void todaysWriterWritesEveryKeyThatItWroteThen() throws LedgerFormatException {
    for (String line : Frozen.ledgerLines().toList()) {
      String today = LedgerCodec.encode(LedgerCodec.decode(line));
      assertThat(JsonDifference.missing(Contract.parse(line), Contract.parse(today)))
          .as("%s%nbecame%n%s", line, today)
          .isEmpty();
      assertThat(Contract.of("ledger-line").asWritten(Contract.parse(today))).isEmpty();
    }
  }

  /** An upgrade between two boots: what the old daemon left is closed by the new one. */
  @Test
  void aCheckpointOfThenIsRead() throws LedgerFormatException {
    Checkpoint checkpoint = CheckpointCodec.decode(Frozen.text("checkpoint/gpu1.json"));
    assertThat(checkpoint.identity().node()).isEqualTo("gpu1");
    assertThat(checkpoint.runs())
        .extracting(run -> run.line().facts().key().toString())
        .containsExactly("9.0");
    assertThat(CheckpointCodec.decode(Frozen.text("checkpoint/cpu1.json")).runs()).isEmpty();
  }

  static List<String> reports() {
    return Frozen.files("report").stream()
        .filter(name -> name.endsWith(".csv"))
        .map(name -> name.substring(0, name.length() - ".csv".length()))
        .toList();
  }

  /** A column may come, at the end; none goes, none moves, no value changes. */
  @ParameterizedTest
  @MethodSource("reports")
  void theReportIsTheSame(String name) throws IOException, ConfigurationException {
    Report report = report(name);
    List<String> then = Frozen.text(name + ".csv").lines().toList();
    List<String> today = CsvReport.of(report).lines().toList();
    assertThat(today).hasSameSizeAs(then);
    for (int i = 0; i < then.size(); i++) {
      assertThat(today.get(i)).startsWith(then.get(i));
    }
    String json = JsonReport.of(report);
    assertThat(
            JsonDifference.missing(
                Contract.parse(Frozen.text(name + ".json")), Contract.parse(json)))
        .isEmpty();
    assertThat(Contract.of("report").asWritten(Contract.parse(json))).isEmpty();
  }

  private Report report(String name) throws IOException, ConfigurationException {
    String keys = name.substring(name.indexOf("by-") + "by-".length());
    List<ReportKey> by =
        Arrays.stream(keys.split("-", -1))
            .map(key -> ReportKey.ofJsonName(key).orElseThrow())
            .toList();
    ReportRequest request =
        new ReportRequest(
            by, new Period(Optional.empty(), Optional.empty()), ZoneId.of("Europe/Paris"));
    try (AccountingStore store = AccountingStore.open(storeUrl)) {
      new LedgerIngest(LEDGER, store, (done, all) -> {}).run();
      return ReportBuilder.build(
          store, request, Factors.load(List.of(Frozen.file("conf/factors.yaml"))));
    }
  }
}
