package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.sobre.daemon.TestClock.SECOND;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.EndFrom;

/** Jobs that Slurm started anew, and the hooks told not all of it: each start is its own run. */
class StartedAnewTest extends MissedHooks {

  @Test
  void aStartAnewEndsTheStartBeforeWhoseEpilogWasMissed() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(5);
    node().proc.end(70);
    life.seconds(3);
    node().begin("7.1", 107.5);
    node().proc.startStep(75, "7.batch", 10_760);
    life.seconds(4);
    node().end("7.1", 112.0);
    life.seconds(8);
    life.stop();

    List<JobLine> lines = node().lines();
    assertThat(lines).extracting(JobLine::endFrom).containsExactly(EndFrom.SLURM, EndFrom.EPILOG);
    assertThat(lines).extracting(JobLine::elapsedMillis).containsExactly(4_500L, 4_500L);
  }

  @Test
  void aStartAnewWithoutAPrologBeginsWithItsOwnFirstStep() throws Exception {
    WrittenNode.Life life = node().daemon();
    startAnewWithoutAProlog(life);
    life.seconds(10);
    node().end("7.1", 117.0);
    life.seconds(8);
    life.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG EPILOG 5000", "7.1 CGROUP EPILOG 9500");
    assertThat(microjoules(node().lines().get(1)))
        .as("its GPU is known 5 s and two searches later at most")
        .isBetween(500 * JOULE, 950 * JOULE);
  }

  @Test
  void aShortStartAnewWithoutAPrologHasALineToo() throws Exception {
    WrittenNode.Life life = node().daemon();
    startAnewWithoutAProlog(life);
    life.seconds(3);
    node().proc.end(76);
    node().proc.end(75);
    life.seconds(1);
    node().end("7.1", 110.5);
    life.seconds(12);
    life.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG EPILOG 5000", "7.1 CGROUP EPILOG 3000");
    assertThat(node().spoolFiles()).isZero();
  }

  /** At 107.5 s, 2 s after its first start ended. */
  private void startAnewWithoutAProlog(WrittenNode.Life life) throws IOException {
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(5);
    node().proc.end(70);
    node().end("7.0", 105.5);
    life.seconds(2);
    node().proc.startStep(75, "7.batch", 10_750);
    node().proc.start(76, 75, ALICE, 10_751);
    node().onGpu.add(76L);
  }

  /** Its files lie there until the ledger has its line, and are the first start's. */
  @Test
  void aStartAnewIsItsOwnWhileTheFirstWaitsForTheLedger() throws Exception {
    node().takeLedgerAway();
    WrittenNode.Life life = node().daemon();
    startAnewWithoutAProlog(life);
    life.seconds(10);
    node().end("7.1", 117.0);
    life.seconds(8);
    node().bringLedgerBack();
    life.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG EPILOG 5000", "7.1 CGROUP EPILOG 9500");
    assertThat(node().lines().get(1).facts().account()).isEmpty();
  }

  @Test
  void soIsOneThatComesMinutesLater() throws Exception {
    node().takeLedgerAway();
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(5);
    node().proc.end(70);
    node().end("7.0", 105.5);
    life.seconds(125);
    startOnGpu(75, "7.batch", 22_950);
    life.seconds(20);
    endOnGpu(75);
    node().end("7.1", 249.5);
    life.seconds(8);
    node().bringLedgerBack();
    life.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG EPILOG 5000", "7.1 CGROUP EPILOG 20000");
    assertThat(node().spoolFiles()).isZero();
  }

  /** The epilog of the first, whose prolog was missed, has the name of the second. */
  @Test
  void aStartAnewWhoseNameTheFirstsEpilogHadIsFollowed() throws Exception {
    node().takeLedgerAway();
    WrittenNode.Life life = node().daemon();
    life.seconds(1);
    startOnGpu(70, "7.batch", 10_150);
    life.seconds(9);
    endOnGpu(70);
    node().end("7.1", 110.5);
    life.seconds(8);
    node().begin("7.1", 118.2);
    node().proc.startStep(75, "7.batch", 11_830);
    life.seconds(3);
    assertThat(node().spool.resolve("7.1.end")).doesNotExist();
    node().bringLedgerBack();
    life.untilWritten();
    life.seconds(3);
    node().proc.end(75);
    node().end("7.1", 124.2);
    life.seconds(8);
    life.stop();

    assertThat(runs()).containsExactly("7.0 CGROUP EPILOG 9000", "7.1 PROLOG EPILOG 6000");
    assertThat(node().spoolFiles()).isZero();
  }

  /** Slurm counts its jobs from the beginning where it lost its state. */
  @Test
  void aNameWhoseFilesCouldNotBeRemovedMayComeAgain() throws Exception {
    Path unremovable = Files.createDirectories(node().spool.resolve("7.0.end/full"));
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(5);
    node().proc.end(70);
    life.seconds(30);
    await().until(() -> oneMoreTick(life) && node().lines().size() == 1);
    life.seconds(2);
    Files.delete(unremovable);
    Files.delete(node().spool.resolve("7.0.end"));
    double again = node().clock.nanosSinceBoot() / 1e9;
    node().begin("7.0", again);
    life.seconds(5);
    node().end("7.0", again + 4);
    life.seconds(8);
    life.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG CGROUP 4500", "7.0 PROLOG EPILOG 4000");
  }

  private static boolean oneMoreTick(WrittenNode.Life life) {
    life.seconds(1);
    return true;
  }

  /** Its first start showed an extern step alone, and nobody's process. */
  @Test
  void aStartAnewHasNothingOfTheOneBeforeWhoseUserNobodyKnew() throws Exception {
    WrittenNode.Life life = node().daemon();
    life.seconds(1);
    node().proc.startStep(70, "7.extern", 10_150);
    life.seconds(10);
    node().proc.end(70);
    life.seconds(20);
    node().proc.startStep(75, "7.extern", 13_150);
    startOnGpu(76, "7.batch", 13_150);
    life.seconds(12);
    endOnGpu(76);
    node().proc.end(75);
    node().end("7.1", 143.5);
    life.seconds(8);
    life.stop();

    assertThat(runs()).containsExactly("7.0 CGROUP EPILOG 12000");
  }

  @Test
  void aStepThatOutlivesItsRunBeginsNoOther() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.0", 10_060);
    node().proc.start(71, 70, ALICE, 10_061);
    life.seconds(5);
    node().end("7.0", 105.5);
    life.seconds(100);
    assertThat(life.monitor.jobs()).isEmpty();
    life.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG EPILOG 5000");
  }

  @Test
  void aStepThatOutlivesItsRunAndItsDaemonBeginsNoOther() throws Exception {
    WrittenNode.Life first = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.0", 10_060);
    node().proc.start(71, 70, ALICE, 10_061);
    first.seconds(5);
    node().end("7.0", 105.0);
    first.untilWritten();
    first.seconds(15);
    assertThat(node().spoolFiles()).isZero();
    first.kill();
    node().clock.nanos.addAndGet(100 * SECOND);
    WrittenNode.Life second = node().daemon();
    second.seconds(30);
    assertThat(second.monitor.jobs()).isEmpty();
    second.stop();

    assertThat(runs()).containsExactly("7.0 PROLOG EPILOG 4500");
  }

  private List<String> runs() throws Exception {
    assertThat(node().findings()).isEmpty();
    return node().lines().stream()
        .map(
            line ->
                String.join(
                    " ",
                    line.facts().key().toString(),
                    line.beginFrom().name(),
                    line.endFrom().name(),
                    Long.toString(line.elapsedMillis())))
        .toList();
  }

  @Test
  void theEndOfAStartBeforeDoesNotEndTheNext() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().end("7.1", 100.2);
    node().begin("7.1", 100.8);
    life.seconds(5);
    assertThat(node().spool.resolve("7.1.end")).doesNotExist();
    node().end("7.1", 105.8);
    life.seconds(8);
    life.stop();

    assertThat(theLine().elapsedMillis()).isEqualTo(5_000);
  }
}
