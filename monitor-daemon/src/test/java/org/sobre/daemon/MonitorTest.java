package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.JobLine;
import org.sobre.slurm.job.JobKey;

/** What a daemon makes of jobs, second by second. */
class MonitorTest extends DaemonLives {

  @Test
  void aShortJobHasItsLineItsEnergyAndNoFilesLeft() throws Exception {
    Life life = new Life("boot-a");
    life.seconds(5);
    begin(7, 103.25);
    life.seconds(1);
    end(7, 105.75);
    life.seconds(10);
    life.untilWritten(2);

    JobLine line = jobLines().get(0);
    assertThat(line.elapsedMillis()).isEqualTo(2_500);
    assertThat(line.energy()).hasSize(1);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(250_000_000);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(2_500);
    assertThat(line.waitStatus()).hasValue(768);
    await().until(() -> spoolFiles() == 0);
    life.stop();
    assertWhole();
  }

  /** What it worked in its first second is its own. */
  @Test
  void aControlGroupIsAJobsFromTheMomentInWhichItsBeginIsFound() throws Exception {
    Life life = new Life("boot-a");
    life.seconds(1);
    begin(7, 101.5);
    life.seconds(1);
    end(7, 103.0);
    life.seconds(2);
    life.stop();

    assertThat(ofGroups.subList(0, 3))
        .containsExactly(
            Optional.empty(), Optional.of(new JobKey(7, 0)), Optional.of(new JobKey(7, 0)));
  }

  @Test
  void theFiguresCountFromEachStartOfTheDaemon() throws Exception {
    Life first = new Life("boot-a");
    begin(7, 100.0);
    first.seconds(10);
    assertThat(first.joules()).isEqualTo(1_000);
    assertThat(first.figures().jobsRunning()).isEqualTo(1);
    first.kill();
    Life second = new Life("boot-a");
    assertThat(second.monitor.figures()).isEmpty();
    second.seconds(5);
    assertThat(second.joules()).isEqualTo(500);
    assertThat(second.figures().meters().get(0).observedNanos()).isEqualTo(5 * SECOND);
    assertThat(second.figures().meters().get(0).milliwatts()).hasValue(100_000);
    second.kill();
  }

  @Test
  void aJobLearnsNoMoreThanOneReadingASecond() throws Exception {
    Life life = new Life("boot-a");
    begin(7, 100.0);
    life.seconds(2);
    Set<Long> elapsed = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      clock.nanos.addAndGet(SECOND / 5);
      life.monitor.tick();
      life.monitor.jobs().values().forEach(view -> elapsed.add(view.elapsedMillis()));
    }
    assertThat(elapsed).hasSizeBetween(4, 5);
    life.stop();
  }

  @Test
  void aGpuJobWaitsForTheNodeToBePublished() throws Exception {
    Files.delete(node);
    Life life = new Life("boot-a");
    begin(7, 101.0);
    life.seconds(2);
    assertThat(life.monitor.jobs()).isEmpty();

    publish();
    life.seconds(1);
    assertThat(life.monitor.jobs()).hasSize(1);
    life.stop();
  }
}
