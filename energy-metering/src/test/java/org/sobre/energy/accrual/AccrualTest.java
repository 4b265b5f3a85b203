package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.hardware.units.Energy;
import org.sobre.hardware.units.Reading.Reason;

/** What a job is told to have drawn and done, however late its marks are found. */
class AccrualTest extends OneJobAccrual {

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

  /** A daemon's first look in a boot: nothing was given to a job that had gone before it. */
  @Test
  void ofAJobThatWasThereAndGoneBeforeTheDaemonTheEndIsItsOwn() {
    accrual = Accrual.fresh(IDENTITY, CONFIG, 100 * SECOND, wall(100));
    open();
    begin(80 * SECOND, 100);
    end(82.5, 100);
    seconds(100, 105);

    JobLine line = jobLine();
    assertThat(line.elapsedMillis()).isEqualTo(2_500);
    assertThat(line.end()).isEqualTo(BOOT.plusMillis(82_500));
    assertThat(line.held().gpus().get(0).fraction()).isEqualByComparingTo("1");
    assertThat(line.energy())
        .allSatisfy(
            part -> {
              assertThat(part.observedMillis()).isZero();
              assertThat(part.missing()).contains("not-observed");
            });
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
    accrual.observe(List.of(new MeterStatus(PACKAGE, "powercap", Optional.empty())), List.of());
    end(5, 5);
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
    assertThat(use.vramMeanMebibytes()).hasValue(1_005);
    assertThat(use.busyPercentMean()).hasValue(40);
    assertThat(use.busyPercentPeak()).hasValue(80);
    assertThat(line.powerProfile().orElseThrow().steps()).isEqualTo(10);
    assertThat(line.powerProfile().orElseThrow().at(9)).hasValue(100_000);
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
  void furtherWordsLeaveWhatTheyDoNotSay() {
    Declared size =
        new Declared(
            1_000,
            Optional.of("mine"),
            OptionalLong.of(4),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(8));
    begin(0);
    accrual.amend(JOB, words(1_000, 2));
    accrual.amend(JOB, size);
    accrual.amend(JOB, words(4_711, 1));
    end(1, 1);
    seconds(0, 6);

    assertThat(jobLine().declared()).contains(size.over(words(1_000, 2)));
    assertThat(jobLine().declared()).map(Declared::items).contains(OptionalLong.of(2));
    assertThat(jobLine().declared()).map(Declared::tokensOut).contains(OptionalLong.of(8));
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
  void anEndThatIsYetToComeIsNow() {
    begin(0);
    seconds(0, 10);
    end(900_000_000, 10);
    seconds(10, 16);

    assertThat(jobLine().elapsedMillis()).isEqualTo(10_000);
  }
}
