package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.EndFrom;

/** Jobs whose prolog told nothing, or too late: their steps tell when they began, and with what. */
class MissedPrologTest extends MissedHooks {

  @Test
  void aJobWhosePrologWasMissedBeginsWithItsFirstStepAndHoldsTheGpuItIsOn() throws Exception {
    WrittenNode.Life life = node().daemon();
    life.seconds(1);
    node().proc.startStep(70, "7.batch", 10_150);
    node().proc.start(71, 70, ALICE, 10_151);
    node().proc.start(72, 71, ALICE, 10_152);
    node().onGpu.add(72L);
    life.seconds(20);
    node().end("7.0", 120.5);
    life.seconds(6);
    life.stop();

    JobLine line = theLine();
    assertThat(line.beginFrom()).isEqualTo(BeginFrom.CGROUP);
    assertThat(line.endFrom()).isEqualTo(EndFrom.EPILOG);
    assertThat(line.facts().uid()).isEqualTo(ALICE);
    assertThat(line.facts().account()).isEmpty();
    assertThat(line.elapsedMillis()).as("from 101.5 s").isEqualTo(19_000);
    assertThat(line.held().gpus())
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.device()).isEqualTo("GPU-a"));
    assertThat(microjoules(line))
        .as("attributed from when it was told to run, 5 s and the lag later at most")
        .isBetween(1_700 * JOULE, 1_900 * JOULE);
    assertThat(node().spoolFiles()).isZero();
  }

  /** Else its CPU time, which stands in a group of that name, would be nobody's. */
  @Test
  void theSluidOfAJobWithoutAPrologIsThatOfItsStepsGroup() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().proc.startStep(70, "7.batch", 10_060);
    node().proc.start(71, 70, ALICE, 10_061);
    life.seconds(3);
    node().proc.group(70, "sEKNKTV3WPV500");
    life.seconds(6);
    node().end("7.0", 109.0);
    life.seconds(6);
    life.stop();

    assertThat(theLine().facts().sluid()).contains("sEKNKTV3WPV500");
  }

  @Test
  void aProcessOfAnotherJobsGpuIsNoClaimToIt() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().begin("6.0", 100.0);
    node().proc.startStep(60, "6.batch", 10_010);
    node().proc.startStep(70, "7.batch", 10_150);
    node().proc.start(71, 70, ALICE, 10_151);
    node().onGpu.add(71L);
    life.seconds(20);
    node().end("7.0", 120.0);
    life.seconds(6);
    life.stop();

    assertThat(node().lines())
        .filteredOn(line -> line.facts().key().id() == 7)
        .singleElement()
        .satisfies(line -> assertThat(line.held().gpus()).isEmpty());
  }

  @Test
  void aPrologThatIsReadLateTellsOfTheSameRun() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().proc.startStep(70, "7.batch", 10_060);
    node().proc.start(71, 70, ALICE, 10_061);
    life.seconds(12);
    node().begin("7.2", 100.5);
    life.seconds(4);
    node().end("7.2", 116.0);
    life.seconds(8);
    life.stop();

    JobLine line = theLine();
    assertThat(line.beginFrom()).isEqualTo(BeginFrom.CGROUP);
    assertThat(line.facts().account()).contains("lab");
    assertThat(line.facts().user()).isEqualTo("alice");
    assertThat(line.held().gpus()).hasSize(1);
    assertThat(line.elapsedMillis()).isEqualTo(15_400);
    assertThat(node().spoolFiles()).isZero();
  }

  @Test
  void aShortJobWithoutAPrologHasALineIfItsStepWasSeen() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().proc.startStep(70, "7.batch", 10_060);
    node().proc.start(71, 70, ALICE, 10_061);
    life.seconds(2);
    node().proc.end(71);
    node().proc.end(70);
    node().end("7.0", 102.5);
    life.seconds(8);
    life.stop();

    assertThat(theLine().beginFrom()).isEqualTo(BeginFrom.CGROUP);
    assertThat(theLine().elapsedMillis()).isEqualTo(1_900);
  }

  @Test
  void ofANumberedStepThatWasThereBeforeTheDaemonTheJobsBeginIsNotKnown() throws Exception {
    node().proc.startStep(70, "7.3", 9_000);
    node().proc.start(71, 70, ALICE, 9_001);
    WrittenNode.Life life = node().daemon();
    life.seconds(10);
    node().end("7.0", 110.0);
    life.seconds(8);
    life.stop();

    JobLine line = theLine();
    assertThat(line.beginFrom()).isEqualTo(BeginFrom.DAEMON_START);
    assertThat(line.elapsedMillis()).as("from the step's start, 90 s").isEqualTo(20_000);
  }

  /** As {@code salloc} has it, where all work is done elsewhere: nobody's until then. */
  @Test
  void aJobWithoutAProcessIsLookedAtLessAndLessOften() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().proc.startStep(70, "7.extern", 10_060);
    life.seconds(65);
    node().proc.start(71, 70, ALICE, 16_500);
    life.seconds(20);
    assertThat(life.monitor.jobs()).as("at 61 s, and then not before 91 s").isEmpty();
    life.seconds(10);
    assertThat(life.monitor.jobs()).hasSize(1);
    life.stop();
  }

  @Test
  void anybodyMayCallAProgramAsSlurmDoes() throws Exception {
    WrittenNode.Life life = node().daemon();
    node().proc.startStep(70, ALICE, "7.batch", 10_060);
    node().proc.start(71, 70, ALICE, 10_061);
    life.seconds(12);
    life.stop();

    assertThat(node().lines()).isEmpty();
  }
}
