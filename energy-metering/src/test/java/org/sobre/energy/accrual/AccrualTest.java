package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

class AccrualTest {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final JobKey JOB = new JobKey(7, 0);
  private static final long SECOND = 1_000_000_000L;

  private Accrual accrual = Accrual.fresh(IDENTITY, CONFIG, 0, BOOT);
  private long clockSetBySeconds;

  @BeforeEach
  void open() {
    accrual.nodeCpus(16);
    accrual.seqBase(1);
  }

  @Test
  void anEndThatIsFoundLateCutsAtItsOwnTime() {
    begin(0);
    seconds(0, 10);
    end(7.5, 10);
    seconds(10, 13);

    JobLine line = jobLine();
    assertThat(line.elapsedMillis()).isEqualTo(7_500);
    assertThat(line.energy().get(0).energy().total().microjoules()).isEqualTo(750_000_000);
  }

  @Test
  void anEndLaterThanTheLagIsMovedToWhereAttributionStands() {
    begin(0);
    seconds(0, 20);
    end(5, 20);
    seconds(20, 25);

    JobLine line = jobLine();
    assertThat(line.elapsedMillis()).isEqualTo(16_000);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(16_000);
  }

  @Test
  void aBeginLaterThanTheLagShowsItsLossInTheObservedTime() {
    seconds(0, 20);
    begin(2);
    seconds(20, 30);
    end(30, 30);
    seconds(30, 36);

    JobLine line = jobLine();
    assertThat(line.elapsedMillis()).isEqualTo(28_000);
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(14_000);
  }

  /**
   * An array of jobs that do nothing must not fill /run or the daemon's heap until the hour ends.
   */
  @Test
  void manyShortJobsInOneHourDoNotMakeTheStateGrow() {
    int largest = 0;
    for (int second = 0; second < 1_500; second++) {
      for (int i = 0; i < 10; i++) {
        JobKey job = new JobKey(1_000 + second * 10L + i, 0);
        accrual.begin(
            new SpoolRecord.Begin(
                new JobFacts(
                    job, "mallory", 1300, Optional.of("lab1"), Optional.empty(), List.of(), 1),
                second * SECOND),
            List.of(),
            (second + 1) * SECOND,
            wall(second + 1));
        accrual.end(
            new SpoolRecord.End(job, second * SECOND + SECOND / 2, OptionalInt.of(0)),
            (second + 1) * SECOND);
      }
      accrual.observe(
          List.of(),
          List.of(
              new MeteredInterval(
                  PACKAGE,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(160_000_001),
                  Quality.COUNTER,
                  Optional.empty())));
      accrual.advance((second + 1) * SECOND, wall(second + 1));
      accrual.pending().stream().mapToLong(PendingLine::ordinal).max().ifPresent(accrual::written);
      if (second % 50 == 0) {
        largest = Math.max(largest, CheckpointCodec.encode(accrual.checkpoint()).length());
      }
    }
    assertThat(largest).isLessThan(1_000_000);
  }

  /** The job line is the sum of the balances, however little was seen before the daemon went. */
  @Test
  void whatWasSeenForLessThanAMillisecondOutlivesTheDaemon() throws LedgerFormatException {
    seconds(0, 1);
    begin(SECOND - 400_000, 1);
    seconds(1, 5);
    String text = CheckpointCodec.encode(accrual.checkpoint());
    accrual = Accrual.resume(CheckpointCodec.decode(text), CONFIG);

    assertThat(CheckpointCodec.encode(accrual.checkpoint())).isEqualTo(text);
    accrual.nodeCpus(16);
    end(6, 20);
    accrual.close(20 * SECOND, wall(20));
    BalanceLine balance =
        accrual.pending().stream()
            .map(PendingLine::line)
            .filter(BalanceLine.class::isInstance)
            .map(BalanceLine.class::cast)
            .reduce((one, other) -> other)
            .orElseThrow();
    assertThat(jobLine().energy().get(0).energy())
        .isEqualTo(balance.meters().get(0).jobs().get(0).energy());
  }

  @Test
  void aMeterThatCannotBeReadIsNamedWithItsReason() {
    begin(0);
    accrual.observe(
        List.of(new MeterStatus(PACKAGE, "powercap", Optional.of(Reason.NO_PERMISSION))),
        List.of());
    seconds(0, 5);
    end(5, 5);
    seconds(5, 10);

    assertThat(jobLine().energy())
        .extracting(part -> part.meter() + " " + part.missing().orElse("seen"))
        .containsExactly("gpu/GPU-a seen", "cpu-package/0 no-permission");
  }

  @Test
  void aGpuThatNobodySawIsNotZeroButMissing() {
    begin(0);
    end(5, 5);
    accrual.advance(20 * SECOND, wall(20));

    assertThat(jobLine().energy())
        .extracting(part -> part.meter() + " " + part.missing().orElse("seen"))
        .containsExactly("gpu/GPU-a not-observed");
    assertThat(jobLine().use()).isEmpty();
  }

  @Test
  void aPackageOfTheNodeThatNobodyReadIsNotZeroButMissing() {
    begin(0);
    end(5, 5);
    accrual.observe(List.of(new MeterStatus(PACKAGE, "powercap", Optional.empty())), List.of());
    accrual.advance(20 * SECOND, wall(20));

    assertThat(jobLine().energy())
        .extracting(part -> part.meter() + " " + part.missing().orElse("seen"))
        .containsExactly("gpu/GPU-a not-observed", "cpu-package/0 not-observed");
  }

  @Test
  void idleAndBusyTimeAndThePeaksAreKept() {
    begin(0);
    seconds(0, 10);
    end(10, 10);
    seconds(10, 15);

    JobLine line = jobLine();
    JobLine.GpuUse use = line.use().orElseThrow();
    assertThat(use.busyMillis()).hasValue(5_000);
    assertThat(use.heldIdleMillis()).hasValue(5_000);
    assertThat(use.vramPeakMebibytes()).hasValue(1_009);
    assertThat(line.energy().get(0).idle()).contains(Energy.ofMicrojoules(500_000_000));
  }

  @Test
  void onlyTheOwnersWordCounts() {
    begin(0);
    accrual.declare(JOB, words(4_711, 1));
    accrual.declare(JOB, words(1_000, 2));
    accrual.declare(JOB, words(1_000, 3));
    end(1, 1);
    seconds(0, 6);

    assertThat(jobLine().declared()).map(Declared::items).contains(OptionalLong.of(3));
  }

  @Test
  void theViewOfAJobHasWhatIsNotSettledYet() {
    begin(0);
    seconds(0, 3);

    JobView view = accrual.views(3 * SECOND).get(JOB);

    assertThat(view).isNotNull();
    assertThat(view == null ? -1 : view.joules()).isEqualTo(300);
    assertThat(view == null ? -1 : view.observedMillis()).isEqualTo(3_000);
    assertThat(accrual.pending()).isEmpty();
  }

  @Test
  void theSeqOfTheFirstBalanceIsInTheJobLine() {
    begin(3_590);
    seconds(3_590, 3_610);
    end(3_610, 3_610);
    seconds(3_610, 3_615);

    assertThat(accrual.pending()).hasSize(2);
    assertThat(accrual.pending().get(0).line()).isInstanceOf(BalanceLine.class);
    JobLine line = (JobLine) accrual.pending().get(1).line();
    assertThat(line.firstBalance()).hasValue(2);
  }

  @Test
  void aWallClockThatIsSetMakesNoBalanceRunBackwardsNorLeavesTimeOut() {
    seconds(0, 100);
    clockSetBySeconds = 7_000;
    seconds(100, 200);
    clockSetBySeconds = -90_000;
    seconds(200, 300);
    clockSetBySeconds = 500_000_000;
    seconds(300, 400);
    accrual.close(400 * SECOND, wall(400));

    List<BalanceLine> balances =
        accrual.pending().stream().map(line -> (BalanceLine) line.line()).toList();
    assertThat(balances)
        .extracting(BalanceLine::clockSetMillis)
        .containsExactly(0L, 7_000_000L, -97_000_000L, 500_090_000_000L);
    for (int i = 1; i < balances.size(); i++) {
      BalanceLine line = balances.get(i);
      assertThat(line.from()).isEqualTo(balances.get(i - 1).to().plusMillis(line.clockSetMillis()));
    }
    assertThat(balances.stream().mapToLong(BalanceLine::elapsedMillis).sum()).isEqualTo(400_000);
    assertThat(
            balances.stream()
                .flatMap(balance -> balance.meters().stream())
                .mapToLong(meter -> meter.total().total().microjoules())
                .sum())
        .isEqualTo(40_000_000_000L);
  }

  @Test
  void aCheckpointReadBackIsTheSameText() throws LedgerFormatException {
    begin(0);
    seconds(0, 20);
    accrual.declare(JOB, words(1_000, 3));
    end(19, 20);
    String text = CheckpointCodec.encode(accrual.checkpoint());

    Accrual again = Accrual.resume(CheckpointCodec.decode(text), CONFIG);

    assertThat(CheckpointCodec.encode(again.checkpoint())).isEqualTo(text);
  }

  @Test
  void anEndThatIsYetToComeIsNow() {
    begin(0);
    seconds(0, 10);
    end(900_000_000, 10);
    seconds(10, 16);

    assertThat(jobLine().elapsedMillis()).isEqualTo(10_000);
  }

  @Test
  void whatWasSeenIsKeptThoughItsMeterIsGoneAtTheNextStart() throws LedgerFormatException {
    seconds(0, 2);
    Checkpoint left = CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint()));
    assertThat(left.window().meters()).isEmpty();

    accrual = Accrual.resume(left, CONFIG);
    accrual.close(30 * SECOND, wall(30));

    BalanceLine balance = (BalanceLine) accrual.pending().get(0).line();
    assertThat(balance.meters()).hasSize(1);
    assertThat(balance.meters().get(0).total().total().microjoules()).isEqualTo(200_000_000);
    assertThat(balance.meters().get(0).source()).isEqualTo("nvidia-smi");
  }

  @Test
  void aRunThatIsOverBeforeAnyOfItWasAttributedHasNoMoreThanTheWholeOfItsGpu()
      throws LedgerFormatException {
    seconds(0, 12);
    begin(10 * SECOND, 12);
    end(11.5, 12);
    accrual =
        Accrual.resume(
            CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint())), CONFIG);
    accrual.nodeCpus(16);
    seconds(12, 20);

    assertThat(jobLine().held().gpus().get(0).fraction()).isEqualByComparingTo("1");
  }

  @Test
  void aCheckpointCutShortIsRefused() {
    begin(0);
    seconds(0, 20);
    String text = CheckpointCodec.encode(accrual.checkpoint());

    for (int length = 0; length < text.length() - 1; length += 7) {
      String part = text.substring(0, length);
      assertThat(decodes(part)).as("cut at " + length).isFalse();
    }
    assertThat(decodes(text)).isTrue();
  }

  private static boolean decodes(String text) {
    try {
      CheckpointCodec.decode(text);
      return true;
    } catch (LedgerFormatException e) {
      return false;
    }
  }

  private JobLine jobLine() {
    return accrual.pending().stream()
        .filter(line -> line.closes().isPresent())
        .map(line -> (JobLine) line.line())
        .findFirst()
        .orElseThrow();
  }

  private static Declared words(int uid, long items) {
    return new Declared(
        uid,
        Optional.of("p"),
        OptionalLong.empty(),
        Optional.of("image"),
        OptionalLong.of(items),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private void begin(int second) {
    begin(second * SECOND, second);
  }

  private void begin(long nanos, int foundAt) {
    JobFacts facts =
        new JobFacts(JOB, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(0), 4);
    accrual.begin(
        new SpoolRecord.Begin(facts, nanos),
        List.of(new HeldGpu("GPU-a", "t", BigDecimal.ONE)),
        foundAt * SECOND,
        wall(foundAt));
  }

  private void end(double second, int foundAt) {
    accrual.end(
        new SpoolRecord.End(JOB, (long) (second * SECOND), OptionalInt.of(0)), foundAt * SECOND);
    accrual.advance(foundAt * SECOND, wall(foundAt));
  }

  /** 100 W on the GPU, busy in every other second. */
  private void seconds(int from, int to) {
    for (int second = from; second < to; second++) {
      MeteredInterval.Load load =
          new MeteredInterval.Load(
              Optional.of(second % 2 == 0),
              OptionalLong.of(1_000 + second),
              OptionalLong.of(100_000));
      accrual.observe(
          List.of(new MeterStatus(GPU, "nvidia-smi", Optional.empty())),
          List.of(
              new MeteredInterval(
                  GPU,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(100_000_000),
                  Quality.SAMPLED,
                  Optional.of(load))));
      accrual.advance((second + 1) * SECOND, wall(second + 1));
    }
  }

  private Instant wall(int second) {
    return BOOT.plusSeconds(second + clockSetBySeconds);
  }
}
