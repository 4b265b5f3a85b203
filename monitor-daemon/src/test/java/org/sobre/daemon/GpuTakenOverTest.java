package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Jobs of which no hook told the end, and whose GPU another job has by then. */
class GpuTakenOverTest extends MissedHooks {

  @Test
  void aJobThatOnlyShowedNumberedStepsEndsWhenAnotherHasItsGpu() throws Exception {
    WrittenNode.Life life = node().daemon();
    twoOnOneGpu(life);
    life.seconds(30);
    life.stop();

    assertThat(node().findings()).isEmpty();
    assertThat(node().lines())
        .extracting(line -> line.facts().key() + " " + line.endFrom() + " " + line.elapsedMillis())
        .containsExactly("7.0 SLURM 7000", "8.0 EPILOG 10000");
    assertThat(node().lines())
        .extracting(MissedHooks::microjoules)
        .containsExactly(700 * JOULE, 1_000 * JOULE);
  }

  /** Of none a hook tells, and the first showed a numbered step alone. */
  @Test
  void oneWithoutHooksEndsWhenAnotherWithoutHooksIsOnItsGpu() throws Exception {
    WrittenNode.Life life = node().daemon();
    life.seconds(1);
    startOnGpu(70, "7.0", 10_150);
    life.seconds(12);
    endOnGpu(70);
    life.seconds(3);
    startOnGpu(80, "8.batch", 11_650);
    life.seconds(200);
    endOnGpu(80);
    life.seconds(30);
    life.stop();

    assertThat(node().findings()).isEmpty();
    assertThat(node().lines())
        .extracting(line -> line.facts().key() + " " + line.endFrom())
        .containsExactly("7.0 SLURM", "8.0 CGROUP");
    assertThat(node().lines())
        .as("the minute in which nobody could tell is the first's")
        .extracting(MissedHooks::microjoules)
        .satisfiesExactly(
            first -> assertThat(first).isBetween(6_500 * JOULE, 7_800 * JOULE),
            second -> assertThat(second).isBetween(13_900 * JOULE, 14_800 * JOULE));
  }

  /** Where devices are not constrained. */
  @Test
  void oneThatIsOnAnothersGpuForAMomentEndsNothing() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("7.0", 100.5);
    startOnGpu(70, "7.0", 10_060);
    life.seconds(5);
    endOnGpu(70);
    life.seconds(100);
    startOnGpu(80, "8.batch", 20_510);
    life.seconds(50);
    node().onGpu.clear();
    life.seconds(100);

    assertThat(life.monitor.jobs()).hasSize(2);
    life.stop();
    assertThat(node().lines()).isEmpty();
  }

  @Test
  void itsOwnEpilogTellsBetterIfItComes() throws Exception {
    WrittenNode.Life life = node().daemon();
    twoOnOneGpu(life);
    node().end("7.0", 106.0);
    life.seconds(8);
    life.stop();

    assertThat(node().lines())
        .extracting(line -> line.facts().key() + " " + line.endFrom() + " " + line.elapsedMillis())
        .as("ended where attribution stood")
        .containsExactly("7.0 EPILOG 7000", "8.0 EPILOG 10000");
  }

  /** One that is suspended keeps its slurmstepd. */
  @Test
  void aJobWhoseStepIsThereKeepsTheGpuThatAnotherHasAsWell() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().proc.startStep(75, "7.1", 10_070);
    twoOnOneGpu(life);
    life.seconds(30);

    assertThat(node().lines()).hasSize(1);
    life.stop();
    assertThat(microjoules(node().lines().get(0))).isEqualTo(500 * JOULE);
  }

  @Test
  void aGpuOfWhichThereAreShardsIsSeveralJobsAtATime() throws Exception {
    node().offerShards();
    WrittenNode.Life life = node().daemon();
    twoOnOneGpu(life);
    life.seconds(30);

    assertThat(node().lines()).hasSize(1);
    life.stop();
    assertThat(microjoules(node().lines().get(0))).isEqualTo(500 * JOULE);
  }

  /** Of the second, from 107.5 s to 117.5 s, both hooks tell; of the first its prolog. */
  private void twoOnOneGpu(WrittenNode.Life life) throws IOException {
    node().begin("7.0", 100.5);
    node().proc.startStep(70, "7.0", 10_060);
    life.seconds(5);
    node().proc.end(70);
    life.seconds(3);
    node().begin("8.0", 107.5);
    node().proc.startStep(80, "8.0", 10_760);
    life.seconds(10);
    node().proc.end(80);
    node().end("8.0", 117.5);
  }
}
