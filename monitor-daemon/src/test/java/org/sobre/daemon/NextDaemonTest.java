package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine;

/** What a daemon that was killed, or a machine whose power was cut, leaves to the next. */
class NextDaemonTest extends DaemonLives {

  @Test
  void aKillCostsOnlyTheTimeInWhichNoDaemonRan() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    begin(7, 100.0);
    first.seconds(10);
    first.kill();
    clock.nanos.addAndGet(20 * SECOND);
    Life second = new Life("boot-a");
    second.seconds(5);
    end(7, 135.0);
    second.seconds(6);
    second.untilWritten(2);
    second.stop();

    assertThat(jobLines()).hasSize(1);
    JobLine line = jobLines().get(0);
    assertThat(line.elapsedMillis()).isEqualTo(35_000);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(15_000);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(1_500_000_000);
    assertWhole();
  }

  @Test
  void aJobIsWrittenOnceThoughItsFilesAreStillThereAtTheNextStart() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    begin(7, 101.0);
    first.seconds(3);
    end(7, 102.0);
    // The job is sealed by the tick at 106 s and written without another one: killed before it
    // could remove the files.
    first.seconds(3);
    await().atMost(Duration.ofSeconds(20)).until(() -> !jobLines().isEmpty());
    assertThat(spoolFiles()).isEqualTo(2);
    first.kill();

    Life second = new Life("boot-a");
    second.seconds(6);
    second.stop();

    assertThat(jobLines()).hasSize(1);
    assertThat(spoolFiles()).isZero();
    assertWhole();
  }

  @Test
  void aLineIsNotTakenForWrittenBecauseTheLocalStateHadGrownOld() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    first.seconds(3);
    Files.createDirectory(directory.resolve("checkpoint.json.new"));
    begin(7, 103.0);
    first.seconds(1);
    end(7, 104.0);
    first.seconds(8);
    first.untilWritten(2);
    first.kill();
    Files.delete(directory.resolve("checkpoint.json.new"));

    Life second = new Life("boot-a");
    second.seconds(1);
    begin(8, 113.0);
    second.seconds(1);
    end(8, 114.0);
    second.seconds(8);
    second.stop();

    assertThat(jobLines()).extracting(line -> line.facts().key().id()).containsExactly(7L, 8L);
    assertWhole();
  }

  @Test
  void theCheckpointOfAnotherNodeIsLeftAlone() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    first.seconds(3);
    first.kill();
    Path ledger = directory.resolve("ledger");
    Path foreign = ledger.resolve("n1/checkpoint.boot-x.json");
    Files.writeString(
        foreign,
        Files.readString(ledger.resolve("n1/checkpoint.boot-a.json"))
            .replace("\"node\":\"n1\"", "\"node\":\"../n2\"")
            .replace("boot-a", "boot-x"));

    Life second = new Life("boot-b");
    second.seconds(3);
    second.stop();

    assertThat(foreign).exists();
    assertThat(ledger())
        .anyMatch(line -> line instanceof BootLine && line.header().boot().equals("boot-b"));
  }

  @Test
  void theNextBootClosesWhatAPowerCutLeft() throws Exception {
    Life first = new Life("boot-a");
    first.untilWritten(1);
    begin(7, 101.0);
    first.seconds(130);
    first.kill();
    // The machine's memory is gone, the share is not.
    Files.delete(directory.resolve("checkpoint.json"));
    try (Stream<Path> files = Files.list(spool)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    clock.nanos.addAndGet(1_000 * SECOND);
    Life second = new Life("boot-b");
    second.seconds(3);
    await().atMost(Duration.ofSeconds(20)).until(() -> ledger().size() >= 4);
    second.stop();

    assertThat(jobLines()).hasSize(1);
    JobLine line = jobLines().get(0);
    assertThat(line.header().boot()).isEqualTo("boot-a");
    assertThat(line.recovered()).isTrue();
    assertThat(line.endFrom()).isEqualTo(JobLine.EndFrom.REBOOT);
    assertThat(line.energy().get(0).observedMillis()).isBetween(60_000L, 130_000L);
    BootLine boot =
        (BootLine)
            ledger().stream()
                .filter(one -> one instanceof BootLine && one.header().boot().equals("boot-b"))
                .findFirst()
                .orElseThrow();
    assertThat(boot.previous()).contains(new BootLine.PreviousBoot("boot-a", 3));
    assertWhole();
  }
}
