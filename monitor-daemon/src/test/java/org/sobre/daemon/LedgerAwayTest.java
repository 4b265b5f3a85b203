package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sobre.daemon.metrics.LedgerFigures;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;

/** A ledger that is not there, fails in the midst of a line, or does not answer. */
class LedgerAwayTest extends DaemonLives {

  @Test
  void aLineThatArrivedThoughItsWriteFailedIsNotWrittenTwice() throws Exception {
    Life life = new Life("boot-a");
    life.untilWritten(1);
    begin(7, 101.0);
    life.seconds(2);
    end(7, 102.0);
    Path node1 = directory.resolve("ledger/n1");
    Path file = node1.resolve("2026-11.boot-a.jsonl");
    Path aside = directory.resolve("aside/n1/2026-11.boot-a.jsonl");
    Files.createDirectories(aside.getParent());
    Files.move(file, aside);
    Files.createDirectory(file);
    life.seconds(8);
    CheckpointFile share = new CheckpointFile(node1.resolve("checkpoint.boot-a.json"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !share.read().orElseThrow().pending().isEmpty());
    LedgerAppender.open(new LedgerDirectory(directory.resolve("aside")), "c", "n1", "boot-a")
        .append(share.read().orElseThrow().pending().get(0)::chained);
    Files.delete(file);
    Files.move(aside, file);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              life.monitor.tick();
              return spoolFiles() == 0;
            });
    life.stop();

    assertThat(jobLines()).hasSize(1);
    assertWhole();
  }

  /** Fifty a second, for a hundred; the clock begins at second 100. */
  @Test
  void moreShortJobsThanCanWaitHaveALineEachWhenItIsBack() throws Exception {
    Path root = directory.resolve("ledger");
    Files.writeString(root, "a file where the directory should be");
    Life life = new Life("boot-a");
    int jobs = 0;
    for (int second = 101; second <= 200; second++) {
      for (int i = 0; i < 50; i++) {
        jobs++;
        begin(jobs, second - 0.6);
        end(jobs, second - 0.1);
      }
      life.seconds(1);
    }
    life.seconds(8);
    assertThat(life.monitor.jobs()).hasSizeBetween(500, 800);
    assertThat(spoolFiles()).isEqualTo(2L * jobs);

    Files.delete(root);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              life.seconds(1);
              assertThat(life.monitor.jobs()).hasSizeLessThan(1_300);
              return spoolFiles() == 0;
            });
    life.stop();
    assertThat(jobLines()).hasSize(jobs);
    assertWhole();
  }

  @Test
  void aLedgerThatIsAwayStopsNothingAndGetsAllWhenItIsBack() throws Exception {
    Path root = directory.resolve("ledger");
    Files.writeString(root, "a file where the directory should be");
    Life life = new Life("boot-a");
    begin(7, 101.0);
    life.seconds(3);
    end(7, 103.0);
    life.seconds(10);
    assertThat(spoolFiles()).isEqualTo(2);
    await()
        .untilAsserted(
            () ->
                assertThat(life.monitor.ledgerTrouble())
                    .hasValueSatisfying(why -> assertThat(why).contains(root.toString())));
    assertThat(life.figures().ledger()).isEqualTo(new LedgerFigures(0, 1, 13 * SECOND));

    Files.delete(root);
    life.untilWritten(2);
    assertThat(life.monitor.ledgerTrouble()).isEmpty();
    life.seconds(2);
    assertThat(life.figures().ledger().pendingLines()).isZero();
    assertThat(life.figures().ledger().lagNanos()).isLessThanOrEqualTo(2 * SECOND);
    life.stop();

    assertThat(jobLines()).hasSize(1);
    assertWhole();
  }

  /** A pipe that nobody writes to is opened as a file of a share that hangs: never. */
  @Test
  void aLedgerThatHangsIsToldWhenNoServerTakesSoLong() throws Exception {
    Path file = directory.resolve("ledger/n1/2026-11.boot-a.jsonl");
    Files.createDirectories(file.getParent());
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    Life life = new Life("boot-a");
    life.seconds(1);
    assertThat(life.monitor.ledgerTrouble()).isEmpty();
    await()
        .until(
            () -> {
              life.seconds(20);
              return life.monitor.ledgerTrouble().isPresent();
            });
    assertThat(life.monitor.ledgerTrouble().orElse(""))
        .matches("no answer of its file system for \\d+ s");

    OutputStream otherEnd = Files.newOutputStream(file);
    Files.delete(file);
    otherEnd.close();
    life.untilWritten(1);
    assertThat(life.monitor.ledgerTrouble()).isEmpty();
    life.stop();
  }
}
