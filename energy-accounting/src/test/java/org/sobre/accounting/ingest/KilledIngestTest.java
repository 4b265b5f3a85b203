package org.sobre.accounting.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.year.GeneratedYear;
import org.sobre.accounting.year.YearShape;
import org.sobre.energy.ledger.LedgerDirectory;

/** An ingest that is killed at random moments doubles nothing and loses nothing. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class KilledIngestTest {

  private static final int KILLS = Integer.getInteger("sobre.kills", 40);
  private static final String READY = "ready";
  private static final String IN_TRANSACTION = "in a transaction";
  private static final int LATEST_MILLIS = 400;
  private static final int SOON_MILLIS = 20;

  @TempDir Path root;

  /** {@code LEDGER URL LINES_PER_TRANSACTION}: another process's ingest. */
  public static void main(String[] arguments) throws IOException {
    try (AccountingStore store = AccountingStore.open(arguments[1])) {
      System.out.println(READY);
      // files are told of within the transaction that takes their lines, while the next are read
      new LedgerIngest(
              new LedgerDirectory(Path.of(arguments[0])),
              store,
              (done, total) -> System.out.println(IN_TRANSACTION),
              Clock.systemUTC(),
              Integer.parseInt(arguments[2]),
              /* runsHeld= */ 100)
          .run();
    }
  }

  @Test
  void everyReportIsThatOfAnIngestThatWasLeftAlone() throws Exception {
    Path made = root.resolve("made");
    long seed = Long.getLong("sobre.seed", 8);
    GeneratedYear.write(new YearShape(seed, 6, 5, 9, 2_000), made);
    LedgerDirectory ledger = new LedgerDirectory(made);
    List<String> expected;
    try (AccountingStore store = AccountingStore.open(url("alone"))) {
      new LedgerIngest(ledger, store, IngestProgress.NONE).run();
      expected = AnyOrderTest.reports(store);
    }

    Random random = new Random(seed);
    int stores = 1;
    int inTransaction = 0;
    for (int kills = 0; kills < KILLS; ) {
      switch (ingest(made, url("killed" + stores), random)) {
        case KILLED -> kills++;
        case KILLED_IN_TRANSACTION -> {
          kills++;
          inTransaction++;
        }
        // there is nothing left to kill: the next ones meet an empty store
        case ENDED -> check(ledger, url("killed" + stores++), expected, seed);
      }
    }
    assertThat(inTransaction).as("seed " + seed + ": killed within transactions").isPositive();
    check(ledger, url("killed" + stores), expected, seed);
  }

  private static void check(LedgerDirectory ledger, String url, List<String> expected, long seed)
      throws Exception {
    try (AccountingStore store = AccountingStore.open(url)) {
      assertThat(new LedgerIngest(ledger, store, IngestProgress.NONE).run().quarantined())
          .isEmpty();
      assertThat(AnyOrderTest.reports(store)).as("seed " + seed + ", " + url).isEqualTo(expected);
    }
  }

  private enum End {
    KILLED,
    KILLED_IN_TRANSACTION,
    ENDED
  }

  /** Every other one is killed some time after its begin, the others within a transaction. */
  private static End ingest(Path ledger, String url, Random random) throws Exception {
    boolean awaitsTransaction = random.nextBoolean();
    Process ingest =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledIngestTest.class.getName(),
                ledger.toString(),
                url,
                Integer.toString(200 + random.nextInt(3_000)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = ingest.inputReader()) {
      assertThat(out.readLine()).isEqualTo(READY);
      boolean isWithin = awaitsTransaction && IN_TRANSACTION.equals(out.readLine());
      boolean hasEnded =
          ingest.waitFor(
              random.nextInt(isWithin ? SOON_MILLIS : LATEST_MILLIS), TimeUnit.MILLISECONDS);
      ingest.destroyForcibly().waitFor();
      return hasEnded ? End.ENDED : isWithin ? End.KILLED_IN_TRANSACTION : End.KILLED;
    }
  }

  private String url(String name) {
    return "jdbc:sqlite:" + root.resolve(name + ".db");
  }
}
