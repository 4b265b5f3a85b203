package org.sobre.accounting.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.YearMonth;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.privacy.LedgerForgetting;

/** A forgetting that is killed at random moments leaves a whole ledger, and the next goes on. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class KilledForgettingTest {

  private static final int KILLS = Integer.getInteger("sobre.kills", 10) / 2;
  private static final YearMonth ALL = YearMonth.of(2025, 1);
  private static final String READY = "ready";
  private static final int LATEST_MILLIS = 60;

  @TempDir Path root;

  /** {@code LEDGER}: another process's forgetting, which tells of each file. */
  public static void main(String[] arguments) throws IOException {
    LedgerDirectory ledger = new LedgerDirectory(Path.of(arguments[0]));
    System.out.println(READY);
    new LedgerForgetting(
            ledger,
            NamedYear.WORDS,
            Set.copyOf(ledger.nodes()),
            NamedYear.LATER,
            new SecureRandom(),
            (done, total) -> System.out.println(done))
        .run(ALL);
  }

  @Test
  void itsLedgerIsWholeAtEachMomentAndNamesNobodyAtTheEnd() throws Exception {
    long seed = Long.getLong("sobre.seed", 8);
    LedgerDirectory ledger = NamedYear.write(root.resolve("ledger"), seed);
    Map<String, String> before;
    String url = "jdbc:sqlite:" + Files.createDirectory(root.resolve("db")).resolve("a.db");
    try (AccountingStore store = AccountingStore.open(url)) {
      NamedYear.ingest(ledger, store);
      before = NamedYear.reports(store);
    }
    Random random = new Random(seed);
    int kills = 0;
    boolean hasEnded = false;
    while (!hasEnded) {
      hasEnded = forget(ledger, random, kills >= KILLS);
      kills += hasEnded ? 0 : 1;
      assertThat(LedgerVerifier.verify(ledger).findings())
          .as("seed " + seed + ", kill " + kills)
          .isEmpty();
      if (random.nextInt(4) == 0) {
        try (AccountingStore store = AccountingStore.open(url)) {
          NamedYear.ingest(ledger, store);
        }
      }
    }
    assertThat(kills).as("seed " + seed).isGreaterThan(2);
    assertThat(NamedYear.naming(ledger.root())).as("seed " + seed).isEmpty();
    try (AccountingStore store = AccountingStore.open(url)) {
      NamedYear.ingest(ledger, store);
      assertThat(NamedYear.reports(store)).as("seed " + seed).isEqualTo(before);
    }
    assertThat(NamedYear.naming(root.resolve("db"))).as("seed " + seed).isEmpty();
  }

  /** Killed after some files, and some time more; whether it came to its end. */
  private static boolean forget(LedgerDirectory ledger, Random random, boolean isLeftAlone)
      throws Exception {
    Process forgetting =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledForgettingTest.class.getName(),
                ledger.root().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = forgetting.inputReader()) {
      assertThat(out.readLine()).isEqualTo(READY);
      if (isLeftAlone) {
        while (out.readLine() != null) {
          // until it ends
        }
        return forgetting.waitFor() == 0;
      }
      for (int files = random.nextInt(4); files > 0 && out.readLine() != null; files--) {
        // so many
      }
      boolean hasEnded = forgetting.waitFor(random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS);
      forgetting.destroyForcibly().waitFor();
      return hasEnded;
    }
  }
}
