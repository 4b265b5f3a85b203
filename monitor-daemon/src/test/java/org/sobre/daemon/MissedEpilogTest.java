package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sobre.daemon.TestClock.SECOND;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.EndFrom;

/** Jobs whose epilog told nothing, or too late: their steps tell when they ended. */
class MissedEpilogTest extends MissedHooks {

  @Test
  void aJobWhoseEpilogWasMissedEndsWhenItsBatchStepWasSeenLast() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(10);
    node().proc.end(70);
    life.seconds(25);
    life.stop();

    JobLine line = theLine();
    assertThat(line.endFrom()).isEqualTo(EndFrom.CGROUP);
    assertThat(line.waitStatus()).isEmpty();
    assertThat(line.elapsedMillis()).as("from 100.5 s to 110 s").isEqualTo(9_500);
    assertThat(microjoules(line)).isEqualTo(950 * JOULE);
    assertThat(node().spoolFiles()).isZero();
  }

  /** As a script's {@code srun train &} does, for Slurm's KillWait at least. */
  @Test
  void aJobWhoseBatchStepIsGoneGoesOnWithItsOtherSteps() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    node().proc.startStep(71, "7.0", 10_070);
    life.seconds(5);
    node().proc.end(70);
    life.seconds(40);
    assertThat(node().lines()).isEmpty();
    node().proc.end(71);
    life.seconds(25);
    life.stop();

    assertThat(theLine().endFrom()).isEqualTo(EndFrom.CGROUP);
    assertThat(theLine().elapsedMillis()).isEqualTo(44_500);
  }

  @Test
  void anEpilogThatComesLateEndsItsJobItself() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(10);
    node().proc.end(70);
    life.seconds(12);
    node().end("7.0", 121.5);
    life.seconds(10);
    life.stop();

    JobLine line = theLine();
    assertThat(line.endFrom()).isEqualTo(EndFrom.EPILOG);
    assertThat(line.elapsedMillis()).isEqualTo(21_000);
    assertThat(microjoules(line)).isEqualTo(2_100 * JOULE);
  }

  @Test
  void anEpilogThatComesTooLateMakesNoSecondLine() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(3);
    node().proc.end(70);
    life.seconds(25);
    node().end("7.1", 128.5);
    life.seconds(3);
    assertThat(node().spool.resolve("7.1.end")).doesNotExist();
    life.seconds(3);
    life.stop();

    assertThat(theLine().endFrom()).isEqualTo(EndFrom.CGROUP);
  }

  @Test
  void aJobThatOnlyShowedNumberedStepsMayGoOnBetweenThem() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.0", 10_060);
    life.seconds(5);
    node().proc.end(70);
    life.seconds(60);
    assertThat(node().lines()).isEmpty();
    node().end("7.0", 165.5);
    life.seconds(6);
    life.stop();

    assertThat(theLine().endFrom()).isEqualTo(EndFrom.EPILOG);
    assertThat(theLine().elapsedMillis()).isEqualTo(65_000);
  }

  /** What was seen of it before outlives the daemon. */
  @Test
  void aJobThatWentWhileNoDaemonRanEndsAtItsLastSight() throws Exception {
    WrittenNode.Life first = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    first.seconds(10);
    first.kill();
    node().proc.end(70);
    node().clock.nanos.addAndGet(100 * SECOND);
    WrittenNode.Life second = node().daemon();
    second.seconds(8);
    second.stop();

    JobLine line = theLine();
    assertThat(line.endFrom()).isEqualTo(EndFrom.CGROUP);
    assertThat(line.elapsedMillis()).isEqualTo(9_500);
  }

  @Test
  void aJobWhoseControlGroupHasProcessesGoesOnWithoutItsStepDaemon() throws Exception {
    Path group = directory.resolve("sys/fs/cgroup/system.slice/n1_slurmstepd.scope/job_7");
    Files.createDirectories(group);
    Files.writeString(group.resolve("cgroup.events"), "populated 1\nfrozen 0\n");
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.batch", 10_060);
    life.seconds(5);
    node().proc.end(70);
    life.seconds(40);
    assertThat(node().lines()).isEmpty();
    Files.writeString(group.resolve("cgroup.events"), "populated 0\nfrozen 0\n");
    life.seconds(25);
    life.stop();

    assertThat(theLine().endFrom()).isEqualTo(EndFrom.CGROUP);
    assertThat(theLine().elapsedMillis()).isEqualTo(44_500);
  }
}
