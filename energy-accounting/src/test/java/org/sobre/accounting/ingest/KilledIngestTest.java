package org.sobre.accounting.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
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

  private static final int KILLS = Integer.getInteger("sobre.kills", 10);
  private static final String READY = "ready";
  private static final int LATEST_MILLIS = 400;

  @TempDir Path root;

  /** {@code LEDGER URL LINES_PER_TRANSACTION}: another process's ingest. */
  public static void main(String[] arguments) throws IOException {
    try (AccountingStore store = AccountingStore.open(arguments[1])) {
      System.out.println(READY);
      new LedgerIngest(
              new LedgerDirectory(Path.of(arguments[0])),
              store,
              IngestProgress.NONE,
              Integer.parseInt(arguments[2]))
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
    int inMidIngest = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      inMidIngest += isKilledInMidIngest(made, random) ? 1 : 0;
    }
    assertThat(inMidIngest).as("seed " + seed + ": killed while it took lines").isPositive();
    try (AccountingStore store = AccountingStore.open(url("killed"))) {
      assertThat(new LedgerIngest(ledger, store, IngestProgress.NONE).run().quarantined())
          .isEmpty();
      assertThat(AnyOrderTest.reports(store)).as("seed " + seed).isEqualTo(expected);
    }
  }

  private boolean isKilledInMidIngest(Path ledger, Random random) throws Exception {
    Process ingest =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledIngestTest.class.getName(),
                ledger.toString(),
                url("killed"),
                Integer.toString(200 + random.nextInt(3_000)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = ingest.inputReader()) {
      assertThat(out.readLine()).isEqualTo(READY);
      boolean hasEnded = ingest.waitFor(random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
      ingest.destroyForcibly().waitFor();
      return !hasEnded;
    }
  }

  private String url(String name) {
    return "jdbc:sqlite:" + root.resolve(name + ".db");
  }
}
