package org.sobre.accounting.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.accounting.store.KnownBoots;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageQueries;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.ledger.RawLine;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

final class LedgerIngestTest {

  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

  /** When ledgers are read here. */
  private static final Clock AFTER =
      Clock.fixed(Instant.parse("2026-12-31T00:00:00Z"), ZoneOffset.UTC);

  @TempDir Path root;
  private LedgerDirectory ledger;
  private AccountingStore store;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    ledger = new LedgerDirectory(root.resolve("ledger"));
    store = AccountingStore.open("jdbc:sqlite:" + root.resolve("made/here/accounting.db"));
    file = ledger.fileFor("n1", "aaaaaaaa-1", START);
    LedgerAppender appender = appender();
    appender.append(header -> new BootLine(header, START, Optional.empty()));
    for (int hour = 0; hour < 4; hour++) {
      appendHour(appender, hour);
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private LedgerAppender appender() throws IOException {
    return LedgerAppender.open(ledger, "cbp", "n1", "aaaaaaaa-1");
  }

  private static void appendHour(LedgerAppender appender, int hour) throws IOException {
    Instant from = START.plusSeconds(3600L * hour);
    appender.append(
        header ->
            new BalanceLine(header, false, from, from.plusSeconds(3600), 3_600_000, List.of()));
  }

  private IngestResult ingest() throws IOException {
    return new LedgerIngest(ledger, store, IngestProgress.NONE, AFTER).run();
  }

  private List<String> lines() throws IOException {
    return new ArrayList<>(Files.readAllLines(file));
  }

  private void rewrite(List<String> lines) throws IOException {
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  @Test
  void takesEachLineOnce() throws Exception {
    assertThat(ingest()).isEqualTo(new IngestResult(1, 5, 5, List.of()));
    assertThat(ingest()).isEqualTo(new IngestResult(1, 5, 0, List.of()));
    appendHour(appender(), 4);
    assertThat(ingest()).isEqualTo(new IngestResult(1, 6, 1, List.of()));
  }

  @Test
  void takesTheLinesOfAMovedLedgerForKnown() throws Exception {
    ingest();
    Path moved = root.resolve("moved");
    Files.move(ledger.root(), moved);
    IngestResult result =
        new LedgerIngest(new LedgerDirectory(moved), store, IngestProgress.NONE, AFTER).run();
    assertThat(result.newLines()).isZero();
    assertThat(result.quarantined()).isEmpty();
  }

  @Test
  void losesNothingElseToALineCutInHalfAndTakesItOnceItIsGood() throws Exception {
    List<String> good = lines();
    List<String> cut = lines();
    cut.set(2, cut.get(2).substring(0, cut.get(2).length() / 2));
    rewrite(cut);
    IngestResult result = ingest();
    assertThat(result.newLines()).isEqualTo(4);
    assertThat(result.quarantined())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.path()).isEqualTo(file.toString());
              assertThat(line.line()).isEqualTo(3);
              assertThat(line.reason()).startsWith("cut short: not valid JSON: ");
              assertThat(line.content()).isEqualTo(cut.get(2));
            });
    assertThat(ingest().quarantined()).hasSize(1);

    rewrite(good);
    IngestResult mended = ingest();
    assertThat(mended.newLines()).isEqualTo(1);
    assertThat(mended.quarantined()).isEmpty();
  }

  @Test
  void takesALineThatWasStillBeingWrittenWhenItIsWhole() throws Exception {
    List<String> good = lines();
    String last = good.get(4);
    Files.writeString(file, String.join("\n", good.subList(0, 4)) + "\n" + last.substring(0, 60));
    IngestResult torn = ingest();
    assertThat(torn.newLines()).isEqualTo(4);
    assertThat(torn.lines()).isEqualTo(5);
    assertThat(torn.quarantined()).extracting(Quarantined::line).containsExactly(5L);
    Files.writeString(file, last.substring(60), StandardOpenOption.APPEND);
    assertThat(ingest()).isEqualTo(new IngestResult(1, 5, 1, List.of()));
    assertThat(ingest()).isEqualTo(new IngestResult(1, 5, 0, List.of()));
    Files.writeString(file, "\n", StandardOpenOption.APPEND);
    assertThat(ingest()).isEqualTo(new IngestResult(1, 5, 0, List.of()));
  }

  @Test
  void forgetsAFragmentWhoseLineWasWrittenAgain() throws Exception {
    Files.writeString(file, "{\"v\":1,\"kind\":\"ba", StandardOpenOption.APPEND);
    assertThat(ingest().quarantined()).hasSize(1);
    appendHour(appender(), 4);
    IngestResult result = ingest();
    assertThat(result.newLines()).isEqualTo(1);
    assertThat(result.quarantined()).isEmpty();
    assertThat(ingest().quarantined()).isEmpty();
  }

  @Test
  void forgetsAFragmentAtTheBeginningOfAFile() throws Exception {
    Path december = ledger.fileFor("n1", "aaaaaaaa-1", Instant.parse("2026-12-01T00:00:00Z"));
    Files.writeString(december, "{\"v\":1,\"kind\":\"ba");
    assertThat(ingest().quarantined()).hasSize(1);
    appender()
        .append(
            header ->
                new BalanceLine(
                    header,
                    false,
                    START,
                    Instant.parse("2026-12-01T01:00:00Z"),
                    3_600_000,
                    List.of()));
    assertThat(ingest().quarantined()).isEmpty();
    assertThat(ingest().newLines()).isZero();
  }

  @Test
  void keepsAFragmentAtTheBeginningOfAFileWhileALineIsMissing() throws Exception {
    List<String> good = lines();
    rewrite(good.subList(0, 4));
    Path december = ledger.fileFor("n1", "aaaaaaaa-1", Instant.parse("2026-12-01T00:00:00Z"));
    Files.writeString(
        december,
        good.get(4).substring(0, 70) + "\n" + good.get(4).replace("\"seq\":5", "\"seq\":6") + "\n");
    assertThat(ingest().quarantined()).hasSize(1);
    assertThat(ingest().quarantined()).hasSize(1);
  }

  @Test
  void forgetsWhatIsNotInTheLedgerAnyMore() throws Exception {
    List<String> cut = lines();
    cut.set(2, cut.get(2).substring(0, 80));
    rewrite(cut);
    assertThat(ingest().quarantined()).hasSize(1);
    Path moved = root.resolve("moved");
    Files.move(ledger.root(), moved);
    LedgerDirectory there = new LedgerDirectory(moved);
    assertThat(new LedgerIngest(there, store, IngestProgress.NONE, AFTER).run().quarantined())
        .extracting(Quarantined::path)
        .containsExactly(there.fileFor("n1", "aaaaaaaa-1", START).toString());

    Files.move(moved, ledger.root());
    assertThat(ingest().quarantined())
        .extracting(Quarantined::path)
        .containsExactly(file.toString());
  }

  /** As a daemon leaves it whose first write found no room. */
  @Test
  void aFileWithoutALineHasNone() throws Exception {
    Files.writeString(file, "");
    assertThat(ingest()).isEqualTo(new IngestResult(1, 0, 0, List.of()));
    Files.writeString(file, "no line of a ledger\n");
    assertThat(ingest().lines()).as("one that cannot be taken").isEqualTo(1);
    assertThat(ingest().lines()).isEqualTo(1);
  }

  @Test
  void losesNothingElseToAFileThatIsNoLedger() throws Exception {
    Path other = ledger.fileFor("n0", "bbbbbbbb-1", START);
    Files.createDirectories(other.getParent());
    Files.writeString(other, "x".repeat(RawLine.MAX_BYTES + 1));
    IngestResult result = ingest();
    assertThat(result.newLines()).isEqualTo(5);
    assertThat(result.quarantined())
        .extracting(Quarantined::path)
        .containsExactly(other.toString());
  }

  @Test
  void refusesEnergiesWhoseSumIsNone() throws Exception {
    EnergyByQuality most =
        EnergyByQuality.of(Quality.COUNTER, Energy.ofMicrojoules(Long.MAX_VALUE));
    BalanceLine.OutsideShare outside = new BalanceLine.OutsideShare(1, most);
    appender()
        .append(
            header ->
                new BalanceLine(
                    header,
                    false,
                    START,
                    START,
                    0,
                    List.of(
                        new BalanceLine.MeterBalance(
                            new MeterId(Part.NODE, "bmc"),
                            "s",
                            Optional.empty(),
                            0,
                            most,
                            List.of(),
                            List.of(outside, outside),
                            EnergyByQuality.NONE,
                            EnergyByQuality.NONE))));
    IngestResult result = ingest();
    assertThat(result.newLines()).isEqualTo(5);
    assertThat(result.quarantined())
        .singleElement()
        .satisfies(line -> assertThat(line.reason()).contains("node/bmc"));
  }

  /** A day is for clocks that do not agree; a line of the year 9999 would be in every report. */
  @Test
  void keepsALineOfTheFutureUntilItsTimeHasCome() throws Exception {
    Instant lastHour = START.plusSeconds(4 * 3600);
    Clock early = Clock.fixed(lastHour.minusSeconds(86_401), ZoneOffset.UTC);
    assertThat(new LedgerIngest(ledger, store, IngestProgress.NONE, early).run().quarantined())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.line()).isEqualTo(5);
              assertThat(line.reason()).contains("it tells of 2026-11-20T14:00:00Z", "clock");
            });
    Clock inTime = Clock.fixed(lastHour.minusSeconds(86_400), ZoneOffset.UTC);
    IngestResult taken = new LedgerIngest(ledger, store, IngestProgress.NONE, inTime).run();
    assertThat(taken.quarantined()).isEmpty();
    assertThat(taken.newLines()).isEqualTo(1);
  }

  @Test
  void refusesAShareThatBeginsInTheFuture() throws Exception {
    BalanceLine.JobShare share =
        new BalanceLine.JobShare(
            new JobKey(7, 0),
            Instant.parse("9999-01-01T00:00:00Z"),
            Optional.empty(),
            1000,
            EnergyByQuality.NONE,
            Optional.empty(),
            0);
    BalanceLine.MeterBalance meter =
        new BalanceLine.MeterBalance(
            new MeterId(Part.GPU, "GPU-1"),
            "s",
            Optional.empty(),
            0,
            EnergyByQuality.NONE,
            List.of(share),
            List.of(),
            EnergyByQuality.NONE,
            EnergyByQuality.NONE);
    appender().append(header -> new BalanceLine(header, false, START, START, 0, List.of(meter)));
    assertThat(ingest().quarantined())
        .singleElement()
        .satisfies(line -> assertThat(line.reason()).contains("it tells of 9999-01-01"));
  }

  /** One too long for a column would end the ingest into a MariaDB server. */
  @Test
  void refusesNamesThatNoColumnHas() throws Exception {
    List<String> lines = lines();
    lines.set(1, lines.get(1).replace("\"n1\"", '"' + "n".repeat(256) + '"'));
    lines.set(2, lines.get(2).replace("\"n1\"", '"' + "\uD83D\uDD0C".repeat(255) + '"'));
    lines.set(3, lines.get(3).replace("\"cbp\"", '"' + "c".repeat(256) + '"'));
    lines.set(4, lines.get(4).replace("\"aaaaaaaa-1\"", '"' + "b".repeat(201) + '"'));
    rewrite(lines);
    assertThat(ingest().quarantined())
        .extracting(Quarantined::reason)
        .containsExactly(
            "node: expected at most 255 characters, found 256",
            "cluster: expected at most 255 characters, found 256",
            "boot: expected at most 200 characters, found 201");
  }

  /** It emptied them for what a line told late, and was killed before it had filled them again. */
  @Test
  void aLedgerThatAnotherIngestEmptiedTheTablesOfIsReadFromItsBegin() throws Exception {
    LedgerAppender.open(ledger, "cbp", "n0", "bbbbbbbb-1")
        .append(header -> new BootLine(header, START, Optional.empty()));
    ingest();
    appendHour(appender(), 4);
    boolean[] isDone = new boolean[1];
    IngestProgress emptyOnce =
        (done, files) -> {
          if (!isDone[0]) {
            isDone[0] = true;
            empty();
          }
        };
    IngestResult result = new LedgerIngest(ledger, store, emptyOnce, AFTER).run();
    assertThat(result.lines()).isEqualTo(7);
    assertThat(known()).containsExactlyInAnyOrder("n0 1", "n1 6");
  }

  private void empty() {
    try (AccountingStore other =
        AccountingStore.open("jdbc:sqlite:" + root.resolve("made/here/accounting.db"))) {
      other.write(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              for (String table : List.of("boot", "line_hash", "ledger_file", "extent")) {
                statement.execute("DELETE FROM " + table);
              }
            }
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> known() throws IOException {
    return KnownBoots.of(store).stream().map(boot -> boot.node() + " " + boot.lines()).toList();
  }

  @Test
  void refusesAnotherLineUnderAKnownSeq() throws Exception {
    ingest();
    List<String> altered = lines();
    altered.add(altered.get(4).replace("3600000", "3600001"));
    rewrite(altered);
    IngestResult result = ingest();
    assertThat(result.newLines()).isZero();
    assertThat(result.quarantined())
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.reason())
                    .startsWith("tampered with: another line is known as seq 5"));
  }

  @Test
  void keepsALineOfALaterVersionForALaterSobre() throws Exception {
    List<String> lines = lines();
    lines.set(4, lines.get(4).replace("{\"v\":1", "{\"v\":2"));
    rewrite(lines);
    IngestResult result = ingest();
    assertThat(result.newLines()).isEqualTo(4);
    assertThat(result.quarantined())
        .singleElement()
        .satisfies(line -> assertThat(line.reason()).startsWith("v: expected 1, found 2"));
  }

  @Test
  void readsAFileAgainThatBecameShorter() throws Exception {
    ingest();
    rewrite(lines().subList(0, 2));
    assertThat(ingest().newLines()).isZero();
    appendHour(appender(), 1);
    assertThat(ingest().quarantined()).isEmpty();
  }

  /** Hour 0 has a board's controller and a card; that the one contains the other, hour 1 tells. */
  @Test
  void whatALineTellsLateOfMetersHoldsForLinesThatWereTaken() throws Exception {
    MeterId bmc = new MeterId(Part.NODE, "bmc");
    MeterId gpu = new MeterId(Part.GPU, "GPU-1");
    LedgerAppender appender = appender();
    for (int hour = 4; hour < 6; hour++) {
      Optional<MeterId> within = hour == 4 ? Optional.empty() : Optional.of(bmc);
      Instant from = START.plusSeconds(3600L * hour);
      appender.append(
          header ->
              new BalanceLine(
                  header,
                  false,
                  from,
                  from.plusSeconds(3600),
                  3_600_000,
                  List.of(platform(bmc, Optional.empty(), 1_000), platform(gpu, within, 30))));
      assertThat(ingest().newLines()).isPositive();
    }
    assertThat(store.<Metered>read(LedgerIngestTest::metered).platform().counter()).isEqualTo(60);
    assertThat(ingest().newLines()).isZero();
  }

  private static BalanceLine.MeterBalance platform(
      MeterId meter, Optional<MeterId> within, long microjoules) {
    EnergyByQuality energy = EnergyByQuality.of(Quality.COUNTER, Energy.ofMicrojoules(microjoules));
    return new BalanceLine.MeterBalance(
        meter, "s", within, 3_600_000, energy, List.of(), List.of(), energy, EnergyByQuality.NONE);
  }

  private static Metered metered(Connection connection) throws SQLException {
    try (UsageQueries queries = new UsageQueries(connection)) {
      return queries.metered(Period.ALL);
    }
  }
}
