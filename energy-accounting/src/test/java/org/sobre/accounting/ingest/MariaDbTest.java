package org.sobre.accounting.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.report.CsvReport;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.JobRuns;
import org.sobre.accounting.store.KnownBoots;
import org.sobre.accounting.store.MariaDbServer;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.accounting.store.StoreException;
import org.sobre.accounting.store.StoreRetry;
import org.sobre.accounting.year.GeneratedYear;
import org.sobre.accounting.year.YearShape;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.privacy.FilesSeen;
import org.sobre.energy.privacy.LedgerForgetting;

/** The same lines give the same bytes of a report in a MariaDB server as in SQLite. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MariaDbTest {

  @TempDir static Path root;
  private Optional<MariaDbServer> started = Optional.empty();

  @BeforeAll
  void start() throws Exception {
    if (!System.getProperty("sobre.require", "").contains("mariadb")) {
      assumeTrue(MariaDbServer.isInstalled(), "mariadbd is not here");
    }
    started = Optional.of(MariaDbServer.start(root));
  }

  @AfterAll
  void stop() {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  private MariaDbServer server() {
    return started.orElseThrow();
  }

  @Test
  void everyReportHasTheSameBytes() throws Exception {
    Path made = root.resolve("made");
    GeneratedYear year = GeneratedYear.write(new YearShape(8, 6, 5, 9, 1_000), made);
    LedgerDirectory ledger = new LedgerDirectory(made);
    server().create("accounts");
    try (AccountingStore file =
            AccountingStore.open("jdbc:sqlite:" + root.resolve("accounting.db"));
        AccountingStore there = server().open("accounts")) {
      assertThat(ingest(ledger, file, 100_000)).isEqualTo(year.lines());
      assertThat(ingest(ledger, there, 3_000)).isEqualTo(year.lines());
      assertThat(ingest(ledger, there, 3_000)).isZero();
      assertThat(AnyOrderTest.reports(there)).isEqualTo(AnyOrderTest.reports(file));
      assertThat(KnownBoots.of(there)).isEqualTo(KnownBoots.of(file));
      assertThat(JobRuns.find(there, Optional.empty(), 3))
          .isNotEmpty()
          .isEqualTo(JobRuns.find(file, Optional.empty(), 3));
    }
    try (AccountingStore again = server().open("accounts")) {
      assertThat(KnownBoots.of(again)).isNotEmpty();
    }
  }

  /** The tables are made anew by the server, and filled from the ledger as it is then. */
  @Test
  void whatTheLedgerForgetsTheServerForgets() throws Exception {
    Path made = root.resolve("forgotten");
    GeneratedYear year = GeneratedYear.write(new YearShape(9, 2, 3, 4, 100), made);
    LedgerDirectory ledger = new LedgerDirectory(made);
    server().create("forgotten");
    try (AccountingStore store = server().open("forgotten")) {
      assertThat(ingest(ledger, store, 100_000)).isEqualTo(year.lines());
      assertThat(byUser(store)).contains("user00");
      Clock later = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);
      new LedgerForgetting(
              ledger,
              Set.of(),
              Set.copyOf(ledger.nodes()),
              later,
              new SecureRandom(),
              FilesSeen.NOBODY)
          .run(YearMonth.of(2025, 1));
      assertThat(ingest(ledger, store, 100_000)).isEqualTo(year.lines());
      assertThat(byUser(store)).contains("u-").doesNotContain("user00");
      assertThat(ingest(ledger, store, 100_000)).isZero();
    }
  }

  private static String byUser(AccountingStore store) throws IOException {
    Period all = new Period(Optional.empty(), Optional.empty());
    return CsvReport.of(
        ReportBuilder.build(
            store, new ReportRequest(List.of(ReportKey.USER), all, YearShape.ZONE), Factors.NONE));
  }

  private static long ingest(LedgerDirectory ledger, AccountingStore store, int lines)
      throws IOException {
    return new LedgerIngest(ledger, store, IngestProgress.NONE, Clock.systemUTC(), lines, 100)
        .run()
        .newLines();
  }

  /** As the service does it: what was stored stays, the rest is taken on a new connection. */
  @Test
  void aServerThatIsKilledInMidIngestLosesNothing() throws Exception {
    Path made = root.resolve("killed");
    GeneratedYear year = GeneratedYear.write(new YearShape(8, 6, 5, 9, 1_000), made);
    server().create("killed");
    List<String> failures = new ArrayList<>();
    boolean[] isKilled = new boolean[1];
    IngestProgress kill =
        (done, files) -> {
          if (done > files / 2 && !isKilled[0]) {
            isKilled[0] = true;
            kill();
          }
        };
    long inTheEnd =
        new StoreRetry(
                Duration.ofMinutes(5),
                Clock.systemUTC(),
                time -> restart(),
                (why, wait) -> failures.add(why.getMessage()))
            .run(
                () -> {
                  try (AccountingStore store = server().open("killed")) {
                    return new LedgerIngest(
                            new LedgerDirectory(made), store, kill, Clock.systemUTC(), 500, 100)
                        .run()
                        .lines();
                  }
                });
    assertThat(failures).isNotEmpty();
    assertThat(inTheEnd).isEqualTo(year.lines());
    try (AccountingStore file = AccountingStore.open("jdbc:sqlite:" + root.resolve("whole.db"));
        AccountingStore there = server().open("killed")) {
      ingest(new LedgerDirectory(made), file, 100_000);
      assertThat(AnyOrderTest.reports(there)).isEqualTo(AnyOrderTest.reports(file));
    }
  }

  /** As a SIGKILL leaves it after each statement: there each table is stored at once. */
  @Test
  void aMigrationThatWasKilledIsFinishedByTheNextOne() throws Exception {
    List<List<String>> migrations = server().migrations();
    List<String> first = migrations.get(0);
    List<String> second = migrations.get(1);
    for (int made = 0; made <= first.size(); made += 4) {
      finish("half1_" + made, first.subList(0, made));
    }
    for (int made = 0; made <= second.size(); made += 2) {
      List<String> statements = new ArrayList<>(first);
      statements.add("INSERT INTO schema_version (version) VALUES (1)");
      statements.addAll(second.subList(0, made));
      finish("half2_" + made, statements);
    }
  }

  private void finish(String database, List<String> made) throws Exception {
    server().create(database);
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TABLE schema_version (version BIGINT NOT NULL)");
    statements.addAll(made);
    server().run(database, statements);
    try (AccountingStore store = server().open(database)) {
      assertThat(KnownBoots.of(store)).as(database).isEmpty();
    }
    try (AccountingStore store = server().open(database)) {
      assertThat(store.read(SlurmJobs::ledgerBegins)).isEmpty();
    }
  }

  /** To a server, a name is as long as it is: no blank at its end is padding. */
  @Test
  void clustersThatDifferInABlankAreTwo() throws Exception {
    server().create("blanks");
    LedgerDirectory ledger = new LedgerDirectory(root.resolve("blanks"));
    for (String cluster : List.of("cbp", "cbp ")) {
      String boot = cluster.isBlank() || cluster.equals("cbp") ? "aaaaaaaa-1" : "bbbbbbbb-1";
      Instant at = Instant.parse("2026-11-20T10:00:00Z");
      String line = "{\"v\":1,\"kind\":\"boot\",\"cluster\":\"" + cluster + "\",\"node\":\"n1\",";
      line += "\"boot\":\"same\",\"seq\":1,\"prev\":null,\"at\":\"" + at + "\",";
      line += "\"previousBoot\":null,\"previousSeq\":null}\n";
      Path file = ledger.fileFor("n1", boot, at);
      Files.createDirectories(file.getParent());
      Files.writeString(file, line);
    }
    try (AccountingStore there = server().open("blanks")) {
      assertThat(ingest(ledger, there, 1_000)).isEqualTo(2);
      assertThat(KnownBoots.of(there)).hasSize(2);
    }
  }

  /** It takes connections and says nothing: as long as one answer is waited for, a minute. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aServerThatHangsIsNotWaitedForWithoutEnd() throws Exception {
    server().create("hangs");
    try (AccountingStore store = server().open("hangs")) {
      server().pause();
      try {
        assertThatThrownBy(() -> KnownBoots.of(store))
            .isInstanceOfSatisfying(
                StoreException.class, e -> assertThat(e.mayPass()).as("%s", e).isTrue());
      } finally {
        server().goOn();
      }
    }
  }

  private void kill() {
    try {
      server().kill();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void restart() {
    try {
      if (!server().isUp()) {
        server().restart();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> server().open("nowhere"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("/nowhere");
  }
}
