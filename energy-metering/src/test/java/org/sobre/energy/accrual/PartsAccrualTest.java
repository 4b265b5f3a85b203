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
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerFormatException;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.MeterStatus;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;

/** Jobs on parts of one board, from their begin to their line, also over a daemon's death. */
class PartsAccrualTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final MeterId BOARD = new MeterId(Part.GPU, "GPU-a");
  private static final JobKey ONE = new JobKey(1, 0);
  private static final JobKey TWO = new JobKey(2, 0);

  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));

  private Accrual accrual = Accrual.fresh(new NodeIdentity("c", "n1", "boot-1"), CONFIG, 0, BOOT);

  private boolean busy = true;

  private static HeldGpu mig(String fraction) {
    return new HeldGpu(
        "GPU-a",
        "nvidia_h100_3g.40gb",
        Optional.of("3g.40gb"),
        OptionalLong.empty(),
        new BigDecimal(fraction));
  }

  private static HeldGpu whole() {
    return new HeldGpu("GPU-a", "nvidia_l4", BigDecimal.ONE);
  }

  @Test
  void eachJobHasItsPartOfTheBoardsEnergyAndNothingIsLeftOver() {
    begin(ONE, 0, mig("0.5"));
    begin(TWO, 5, mig("0.125"));
    seconds(0, 10);
    end(ONE, 10);
    end(TWO, 10);
    seconds(10, 20);

    assertThat(joules(line(ONE))).isEqualTo(500);
    assertThat(joules(line(TWO))).isEqualTo(62);
    assertThat(line(ONE).held().gpus()).containsExactly(mig("0.5"));
    assertThat(line(ONE).energy().get(0).meter()).isEqualTo(BOARD);
    assertThat(line(TWO).energy().get(0).observedMillis()).isEqualTo(5_000);
    accrual.close(20 * SECOND, wall(20));
    MeterBalance balance = balance().meters().get(0);
    assertThat(balance.total().of(Quality.SAMPLED).microjoules()).isEqualTo(2_000_000_000);
    assertThat(balance.platform().of(Quality.SAMPLED).microjoules())
        .isEqualTo(2_000_000_000 - 500_000_000 - 62_500_000);
  }

  /** The board's load and memory are those of all who are on it. */
  @Test
  void aPartHasNoLoadOfItsOwn() {
    begin(ONE, 0, mig("0.5"));
    seconds(0, 4);
    end(ONE, 4);
    seconds(4, 12);
    assertThat(line(ONE).use()).isEmpty();
  }

  /** Nor has it idle energy, whoever of the others works or rests. */
  @Test
  void aPartIsNeverToldIdle() {
    busy = false;
    begin(ONE, 0, mig("0.5"));
    seconds(0, 4);
    end(ONE, 4);
    seconds(4, 12);
    assertThat(joules(line(ONE))).isEqualTo(200);
    assertThat(line(ONE).energy().get(0).idle()).isEmpty();
  }

  /** Idle energy of a GPU is told for the time in which its job had it alone. */
  @Test
  void whatSharersDidNotUseIsNobodysIdleEnergy() {
    busy = false;
    begin(ONE, 0, whole());
    begin(TWO, 6, whole());
    seconds(0, 8);
    end(ONE, 8);
    end(TWO, 8);
    seconds(8, 20);
    assertThat(line(ONE).energy().get(0).idle()).hasValue(Energy.ofMicrojoules(600_000_000));
    assertThat(line(TWO).energy().get(0).idle()).isEmpty();
  }

  @Test
  void twoPartitionsOfOneBoardAreOnePayerWithTwoThings() {
    begin(ONE, 0, mig("0.5"), mig("0.25"));
    seconds(0, 10);
    end(ONE, 10);
    seconds(10, 20);
    assertThat(joules(line(ONE))).isEqualTo(750);
    assertThat(line(ONE).held().gpus()).containsExactly(mig("0.5"), mig("0.25"));
    assertThat(line(ONE).energy()).hasSize(1);
  }

  /** Shards: nobody says how many, so those who are there together pay alike. */
  @Test
  void whoSharesAGpuForAWhileHadLessOfIt() {
    begin(ONE, 0, whole());
    begin(TWO, 6, whole());
    seconds(0, 8);
    end(TWO, 8);
    seconds(8, 10);
    end(ONE, 10);
    seconds(10, 20);

    assertThat(joules(line(ONE))).isEqualTo(900);
    assertThat(joules(line(TWO))).isEqualTo(100);
    assertThat(line(ONE).held().gpus().get(0).fraction()).isEqualTo(new BigDecimal("0.9"));
    assertThat(line(TWO).held().gpus().get(0).fraction()).isEqualTo(new BigDecimal("0.5"));
    assertThat(line(TWO).use()).isEmpty();
    assertThat(line(ONE).use().orElseThrow().busyMillis()).hasValue(8_000);
  }

  @Test
  void aDaemonThatIsKilledForgetsNoPart() throws LedgerFormatException {
    begin(ONE, 0, whole());
    begin(TWO, 6, whole());
    seconds(0, 8);
    accrual =
        Accrual.resume(
            CheckpointCodec.decode(CheckpointCodec.encode(accrual.checkpoint())), CONFIG);
    end(TWO, 8);
    seconds(8, 10);
    end(ONE, 10);
    seconds(10, 20);
    assertThat(line(ONE).held().gpus().get(0).fraction()).isEqualTo(new BigDecimal("0.9"));
    assertThat(line(TWO).held().gpus().get(0).fraction()).isEqualTo(new BigDecimal("0.5"));
    assertThat(joules(line(ONE))).isEqualTo(900);
  }

  private void begin(JobKey job, int second, HeldGpu... gpus) {
    JobFacts facts =
        new JobFacts(job, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(), 0);
    accrual.begin(
        new SpoolRecord.Begin(facts, second * SECOND),
        List.of(gpus),
        second * SECOND,
        wall(second));
  }

  private void end(JobKey job, int second) {
    accrual.end(new SpoolRecord.End(job, second * SECOND, OptionalInt.of(0)), second * SECOND);
  }

  /** 100 W. */
  private void seconds(int from, int to) {
    for (int second = from; second < to; second++) {
      MeteredInterval.Load load =
          new MeteredInterval.Load(
              Optional.of(busy), OptionalLong.of(1_000), OptionalLong.of(100_000));
      accrual.observe(
          List.of(new MeterStatus(BOARD, "nvidia-smi", Optional.empty())),
          List.of(
              new MeteredInterval(
                  BOARD,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(100_000_000),
                  Quality.SAMPLED,
                  Optional.of(load))));
      accrual.advance((second + 1) * SECOND, wall(second + 1));
    }
  }

  private static long joules(JobLine line) {
    return line.energy().get(0).energy().of(Quality.SAMPLED).microjoules() / 1_000_000;
  }

  private JobLine line(JobKey job) {
    return accrual.pending().stream()
        .filter(line -> line.closes().equals(Optional.of(job)))
        .map(line -> (JobLine) line.line())
        .findFirst()
        .orElseThrow();
  }

  private BalanceLine balance() {
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(BalanceLine.class::isInstance)
        .map(BalanceLine.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Instant wall(int second) {
    return BOOT.plusSeconds(second);
  }
}
