package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.UptimeClock;

final class LedgerWriterTest {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-a");
  private static final Instant WALL = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir Path directory;
  private final AtomicInteger openings = new AtomicInteger();
  private Path share;
  private LedgerWriter writer;

  /** The writer asks it for the time of day when it opens the ledger, and at no other time. */
  private final UptimeClock clock =
      new UptimeClock() {
        @Override
        public long nanosSinceBoot() {
          return System.nanoTime();
        }

        @Override
        public Instant wall() {
          openings.incrementAndGet();
          return WALL;
        }
      };

  @BeforeEach
  void begin() throws Exception {
    share = directory.resolve("share");
    Files.writeString(share, "a file, in the place of the ledger's directory");
    writer = new LedgerWriter(new NodeLedger(share, IDENTITY), clock, Duration.ofSeconds(60));
    writer.start();
  }

  @AfterEach
  void end() {
    writer.finish(Duration.ofSeconds(10));
  }

  private boolean offer() {
    Accrual accrual = Accrual.fresh(IDENTITY, new MetersConfig(Duration.ofSeconds(1)), 0, WALL);
    writer.offer(accrual.checkpoint(), /* linesWait= */ false);
    return true;
  }

  @Test
  void aShareThatRefusesIsNotAskedAtEachOffer() throws Exception {
    offer();
    await().until(() -> writer.trouble().isPresent());
    // Fewer than a retry in five seconds: twenty offers, as of twenty seconds.
    await()
        .pollInterval(Duration.ofMillis(50))
        .during(Duration.ofSeconds(1))
        .until(() -> offer() && openings.get() <= 2);
    assertThat(writer.seqBase()).isEmpty();

    Files.delete(share);
    offer();
    writer.finish(Duration.ofSeconds(10));
    assertThat(writer.trouble()).as("a last try, whenever the one before was").isEmpty();
    assertThat(writer.seqBase()).hasValue(1);
  }
}
