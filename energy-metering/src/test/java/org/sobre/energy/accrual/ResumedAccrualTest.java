package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** What a checkpoint keeps for the next daemon. */
class ResumedAccrualTest extends OneJobAccrual {

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
  void whatContainsAMeterStandsInItsBalanceAndOutlivesTheDaemon() throws Exception {
    MeterId whole = new MeterId(Part.NODE, "psys");
    begin(0);
    accrual.observe(
        List.of(new MeterStatus(PACKAGE, "powercap", Optional.empty(), Optional.of(whole))),
        List.of(
            new MeteredInterval(
                PACKAGE, 0, SECOND, Energy.ofMicrojoules(5), Quality.COUNTER, Optional.empty())));
    accrual.advance(20 * SECOND, wall(20));
    Checkpoint checkpoint = accrual.checkpoint();
    assertThat(checkpoint.window().meters())
        .extracting(meter -> meter.meter() + " " + meter.within())
        .contains("cpu-package/0 Optional[node/psys]");

    Accrual next = Accrual.resume(checkpoint, CONFIG);
    assertThat(next.checkpoint().window().meters())
        .extracting(meter -> meter.meter() + " " + meter.within())
        .contains("cpu-package/0 Optional[node/psys]");
  }

  @Test
  void aDaemonThatIsKilledForgetsNothingOfTheUse() throws LedgerFormatException {
    begin(0);
    for (int second = 0; second < 10; second++) {
      seconds(second, second + 1);
      String text = CheckpointCodec.encode(accrual.checkpoint());
      accrual = Accrual.resume(CheckpointCodec.decode(text), CONFIG);
    }
    end(9, 10);
    seconds(10, 15);

    JobLine.GpuUse use = jobLine().use().orElseThrow();
    assertThat(use.vramMeanMebibytes()).hasValue(1_004);
    assertThat(use.busyPercentMean()).hasValue(44);
    assertThat(use.busyPercentPeak()).hasValue(80);
    assertThat(jobLine().powerProfile().orElseThrow())
        .hasToString("1000 ms:" + " 100000".repeat(9));
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
  void aStopGivesNothingAwayInDoubtAndTheNextDaemonTakesItUp() throws LedgerFormatException {
    begin(0);
    seconds(0, 10);
    accrual.untold().seen(JOB, 10 * SECOND);
    accrual.untold().doubtSince(OptionalLong.of(10 * SECOND));
    seconds(10, 20);
    accrual.close(20 * SECOND, wall(20));
    accrual =
        Accrual.resume(
            CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint())), CONFIG);
    accrual.nodeCpus(16);
    accrual.untold().end(JOB, 10 * SECOND, EndFrom.CGROUP);
    seconds(20, 30);
    accrual.close(30 * SECOND, wall(30));

    assertThat(jobLine().elapsedMillis()).isEqualTo(10_000);
    assertThat(jobLine().energy().get(0).energy().total().microjoules()).isEqualTo(1_000_000_000);
    assertThat(
            accrual.pending().stream()
                .map(PendingLine::line)
                .filter(BalanceLine.class::isInstance)
                .map(BalanceLine.class::cast)
                .flatMap(balance -> balance.meters().stream())
                .mapToLong(meter -> meter.total().total().microjoules())
                .sum())
        .isEqualTo(3_000_000_000L);
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

  private static boolean decodes(String text) {
    try {
      CheckpointCodec.decode(text);
      return true;
    } catch (LedgerFormatException e) {
      return false;
    }
  }
}
