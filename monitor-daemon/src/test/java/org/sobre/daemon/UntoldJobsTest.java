package org.sobre.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.sobre.daemon.TestClock.SECOND;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.EndFrom;

/**
 * Jobs of which prolog or epilog told nothing, or too late, in the daemon's loop over written files
 * of /proc; GPU-a draws 100 W. Real slurmstepds are {@code JobRepairIT}'s.
 */
@Timeout(60)
class UntoldJobsTest {

  private static final int ALICE = 1000;
  private static final long JOULE = 1_000_000;

  @TempDir Path directory;
  private @Nullable WrittenNode written;

  @BeforeEach
  void layOut() throws IOException {
    written = new WrittenNode(directory);
  }

  private WrittenNode node() {
    return requireNonNull(written);
  }

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
        .extracting(UntoldJobsTest::microjoules)
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
        .extracting(UntoldJobsTest::microjoules)
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

  /** A step of root's that has a process of Alice's, which is on the GPU. */
  private void startOnGpu(long pid, String title, long startTicks) throws IOException {
    node().proc.startStep(pid, title, startTicks);
    node().proc.start(pid + 1, pid, ALICE, startTicks + 1);
    node().onGpu.add(pid + 1);
  }

  private void endOnGpu(long pid) throws IOException {
    node().onGpu.clear();
    node().proc.end(pid + 1);
    node().proc.end(pid);
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

  private JobLine theLine() throws Exception {
    assertThat(node().findings()).isEmpty();
    assertThat(node().lines()).hasSize(1);
    return node().lines().get(0);
  }

  private static long microjoules(JobLine line) {
    return line.energy().stream().mapToLong(part -> part.energy().total().microjoules()).sum();
  }
}
