package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.CounterCheck;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerCodec;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.NvidiaPowerMeter;
import org.sobre.energy.meter.NvmlMeter;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** A card that tells its energy in two ways: 174 W by its counter, 100 W by its power. */
class CounterCheckTest {

  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final long BY_COUNTER = 174_000_000;
  private static final long BY_POWER = 100_000_000;

  private Accrual accrual =
      Accrual.fresh(
          new NodeIdentity("c", "n1", "boot-1"), new MetersConfig(Duration.ofSeconds(1)), 0, BOOT);

  @Test
  void bothFiguresOfARunAreInItsLineAndOneIsBooked() throws LedgerFormatException {
    accrual.seqBase(1);
    begin(1, BigDecimal.ONE, 0);
    seconds(0, 6, /* trusted= */ true);
    seconds(6, 10, /* trusted= */ false);
    end(1, 9.5, 10);
    seconds(10, 16, /* trusted= */ false);

    JobLine line = jobLine(1);
    assertThat(line.counterCheck())
        .containsExactly(check(9.5 * BY_COUNTER, 9.5 * BY_POWER, /* trusted= */ false));
    assertThat(line.energy().get(0).energy().of(Quality.COUNTER).microjoules())
        .isEqualTo(6 * BY_COUNTER);
    assertThat(line.energy().get(0).energy().of(Quality.SAMPLED).microjoules())
        .isEqualTo((long) (3.5 * BY_POWER));
    LedgerLine read = LedgerCodec.decode(LedgerCodec.encode(line));
    assertThat(((JobLine) read).counterCheck()).isEqualTo(line.counterCheck());
    assertThat(LedgerCodec.encode(line))
        .contains(
            "\"counterCheck\":[{\"device\":\"GPU-a\",\"counterMicrojoules\":1653000000,"
                + "\"integratedMicrojoules\":950000000,\"trusted\":false}]");
  }

  @Test
  void whoHasAPartOfABoardHasThatPartOfBoth() {
    accrual.seqBase(1);
    begin(1, new BigDecimal("0.25"), 0);
    begin(2, new BigDecimal("0.5"), 0);
    seconds(0, 8, /* trusted= */ true);
    end(1, 8, 8);
    end(2, 8, 8);
    seconds(8, 14, /* trusted= */ true);

    assertThat(jobLine(1).counterCheck())
        .containsExactly(check(2 * BY_COUNTER, 2 * BY_POWER, /* trusted= */ true));
    assertThat(jobLine(2).counterCheck())
        .containsExactly(check(4 * BY_COUNTER, 4 * BY_POWER, /* trusted= */ true));
  }

  @Test
  void aDaemonThatIsKilledLosesNothingOfIt() throws LedgerFormatException {
    accrual.seqBase(1);
    begin(1, BigDecimal.ONE, 0);
    for (int second = 0; second < 10; second++) {
      seconds(second, second + 1, /* trusted= */ second < 5);
      restart();
      assertThat(accrual.distrusted().contains("GPU-a"))
          .as("second %d", second)
          .isEqualTo(second >= 5);
    }
    end(1, 10, 10);
    seconds(10, 16, /* trusted= */ false);

    assertThat(jobLine(1).counterCheck())
        .containsExactly(check(10 * BY_COUNTER, 10 * BY_POWER, /* trusted= */ false));
  }

  /**
   * The cards are let go of, the balance is cut meanwhile, and the next daemon reads by the tool.
   */
  @Test
  void aDistrustedCounterStaysSoForTheBoot() throws LedgerFormatException {
    accrual.seqBase(1);
    seconds(0, 10, /* trusted= */ false);
    accrual.advance(30 * SECOND, BOOT.plusSeconds(30));
    accrual.close(30 * SECOND, BOOT.plusSeconds(30));
    restart();
    accrual.observe(
        List.of(new MeterStatus(GPU, NvidiaPowerMeter.SOURCE, Optional.empty())),
        List.of(
            new MeteredInterval(
                GPU,
                31 * SECOND,
                32 * SECOND,
                Energy.ofMicrojoules(BY_POWER),
                Quality.SAMPLED,
                Optional.empty())));
    accrual.advance(40 * SECOND, BOOT.plusSeconds(40));
    restart();

    assertThat(accrual.distrusted()).containsExactly("GPU-a");
  }

  /** A checkpoint of the version before tells it by its balance alone. */
  @Test
  void anUpgradeInBetweenForgetsNoVerdictEither() throws LedgerFormatException {
    seconds(0, 10, /* trusted= */ false);
    String text = CheckpointCodec.encode(accrual.checkpoint());
    String before = text.replace("\"distrusted\":[\"GPU-a\"],", "");
    assertThat(before).isNotEqualTo(text);
    accrual =
        Accrual.resume(CheckpointCodec.decode(before), new MetersConfig(Duration.ofSeconds(1)));

    assertThat(accrual.distrusted()).containsExactly("GPU-a");
  }

  private void restart() throws LedgerFormatException {
    accrual =
        Accrual.resume(
            CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint())),
            new MetersConfig(Duration.ofSeconds(1)));
  }

  @Test
  void aBalanceNamesTheLastOfTwoSources() {
    accrual.seqBase(1);
    seconds(0, 10, /* trusted= */ true);
    seconds(10, 20, /* trusted= */ false);
    accrual.close(20 * SECOND, BOOT.plusSeconds(20));
    BalanceLine balance = (BalanceLine) accrual.pending().get(accrual.pending().size() - 1).line();
    assertThat(balance.meters().get(0).source()).isEqualTo(NvmlMeter.POWER_SOURCE);
    assertThat(balance.meters().get(0).total().of(Quality.COUNTER).microjoules())
        .isEqualTo(10 * BY_COUNTER);
    assertThat(balance.meters().get(0).total().of(Quality.SAMPLED).microjoules())
        .isEqualTo(10 * BY_POWER);
  }

  private static CounterCheck check(double counter, double integrated, boolean trusted) {
    return new CounterCheck(
        "GPU-a",
        Energy.ofMicrojoules((long) counter),
        Energy.ofMicrojoules((long) integrated),
        trusted);
  }

  private void begin(long job, BigDecimal fraction, int second) {
    accrual.begin(
        new SpoolRecord.Begin(
            new JobFacts(
                new JobKey(job, 0),
                "alice",
                1_000,
                Optional.of("lab"),
                Optional.empty(),
                List.of(0),
                4),
            second * SECOND),
        List.of(
            new HeldGpu(
                "GPU-a",
                "t",
                fraction.compareTo(BigDecimal.ONE) == 0 ? Optional.empty() : Optional.of("1g.10gb"),
                OptionalLong.empty(),
                fraction)),
        second * SECOND,
        BOOT.plusSeconds(second));
  }

  private void end(long job, double second, int foundAt) {
    accrual.end(
        new SpoolRecord.End(new JobKey(job, 0), (long) (second * SECOND), OptionalInt.of(0)),
        foundAt * SECOND);
  }

  private void seconds(int from, int to, boolean trusted) {
    for (int second = from; second < to; second++) {
      String source = trusted ? NvmlMeter.COUNTER_SOURCE : NvmlMeter.POWER_SOURCE;
      accrual.observe(
          List.of(new MeterStatus(GPU, source, Optional.empty())),
          List.of(
              new MeteredInterval(
                  GPU,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(trusted ? BY_COUNTER : BY_POWER),
                  trusted ? Quality.COUNTER : Quality.SAMPLED,
                  Optional.empty(),
                  Optional.of(Energy.ofMicrojoules(trusted ? BY_POWER : BY_COUNTER)))));
      accrual.advance((second + 1) * SECOND, BOOT.plusSeconds(second + 1));
    }
  }

  private JobLine jobLine(long job) {
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .filter(line -> line.facts().key().id() == job)
        .findFirst()
        .orElseThrow();
  }
}
