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
import org.sobre.energy.attribution.Presence;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BalanceLine.MeterBalance;
import org.sobre.energy.ledger.BalanceLine.OutsideShare;
import org.sobre.energy.ledger.EnergyByQuality;
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

/** A GPU of 100 W on a machine without Slurm, and who is on it. */
class StationAccrualTest {

  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final JobKey RUN = new JobKey(4_242, 0);
  private static final long SECOND = 1_000_000_000L;
  private static final long JOULES = 100_000_000L;

  private Accrual accrual =
      Accrual.fresh(new NodeIdentity("station", "n1", "boot-1"), CONFIG, 0, BOOT);

  @BeforeEach
  void open() {
    accrual.nodeCpus(16);
    accrual.seqBase(1);
  }

  @Test
  void aBalanceNamesWhoWasOnTheGpuOutsideOfAnyRun() {
    accrual.presences(List.of(presence(1203, 2, 5)));
    seconds(0, 10);
    accrual.close(10 * SECOND, wall(10));

    MeterBalance meter = balance();
    assertThat(meter.outsideSlurm()).containsExactly(new OutsideShare(1203, sampled(3 * JOULES)));
    assertThat(meter.platform()).isEqualTo(sampled(7 * JOULES));
    assertThat(meter.accounted()).isEqualTo(meter.total());
  }

  @Test
  void aKilledDaemonsCheckpointKnowsWhoWasThere() throws LedgerFormatException {
    accrual.presences(
        List.of(
            presence(1203, 0, 2),
            new Presence("GPU-a", 1204, Optional.empty(), 4 * SECOND, OptionalLong.empty())));
    seconds(0, 8);
    String text = CheckpointCodec.encode(accrual.checkpoint());
    accrual = Accrual.resume(CheckpointCodec.decode(text), CONFIG);
    accrual.nodeCpus(16);
    accrual.presences(List.of());
    seconds(20, 30);
    accrual.close(30 * SECOND, wall(30));

    MeterBalance meter = balance();
    assertThat(meter.outsideSlurm())
        .containsExactly(
            new OutsideShare(1203, sampled(2 * JOULES)),
            new OutsideShare(1204, sampled(4 * JOULES)));
    assertThat(meter.accounted()).isEqualTo(meter.total());
    assertThat(meter.total()).isEqualTo(sampled(18 * JOULES));
  }

  @Test
  void aRunPaysForItsGpuButNotForWhatAnotherDidThere() {
    begin();
    accrual.presences(List.of(presence(1203, 2, 5)));
    seconds(0, 10);
    accrual.endStationRun(RUN, 10 * SECOND, OptionalInt.of(0));
    seconds(10, 16);

    JobLine line = line();
    assertThat(line.energy().get(0).energy()).isEqualTo(sampled(7 * JOULES));
    assertThat(line.energy().get(0).observedMillis()).isEqualTo(10_000);
    assertThat(line.use().orElseThrow().busyMillis()).hasValue(7_000);
    assertThat(line.endFrom()).isEqualTo(JobLine.EndFrom.WRAPPER);
  }

  @Test
  void aRunKeepsItsWrapperOverAStartOfTheDaemon() throws LedgerFormatException {
    begin();
    seconds(0, 3);
    String text = CheckpointCodec.encode(accrual.checkpoint());
    accrual = Accrual.resume(CheckpointCodec.decode(text), CONFIG);

    assertThat(CheckpointCodec.encode(accrual.checkpoint())).isEqualTo(text);
    RunningJob run = accrual.running().get(0);
    assertThat(run.wrapper()).contains(new WrapperProcess(4_242, 77));
    accrual.endStationRun(RUN, 3 * SECOND, OptionalInt.empty());
    accrual.close(4 * SECOND, wall(4));
    assertThat(line().beginFrom()).isEqualTo(JobLine.BeginFrom.WRAPPER);
    assertThat(line().endFrom()).isEqualTo(JobLine.EndFrom.PROCESS);
  }

  private void begin() {
    JobFacts facts =
        new JobFacts(RUN, "alice", 1_000, Optional.of("local"), Optional.empty(), List.of(), 4);
    accrual.beginStationRun(
        facts,
        new WrapperProcess(4_242, 77),
        0,
        List.of(new HeldGpu("GPU-a", "t", BigDecimal.ONE)),
        0,
        BOOT);
  }

  private void seconds(int from, int to) {
    for (int second = from; second < to; second++) {
      MeteredInterval.Load busy =
          new MeteredInterval.Load(Optional.of(true), OptionalLong.of(1), OptionalLong.of(100_000));
      accrual.observe(
          List.of(new MeterStatus(GPU, "nvidia-smi", Optional.empty())),
          List.of(
              new MeteredInterval(
                  GPU,
                  second * SECOND,
                  (second + 1) * SECOND,
                  Energy.ofMicrojoules(JOULES),
                  Quality.SAMPLED,
                  Optional.of(busy))));
      accrual.advance((second + 1) * SECOND, wall(second + 1));
    }
  }

  private MeterBalance balance() {
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(BalanceLine.class::isInstance)
        .map(BalanceLine.class::cast)
        .flatMap(line -> line.meters().stream())
        .findFirst()
        .orElseThrow();
  }

  private JobLine line() {
    return accrual.pending().stream()
        .map(PendingLine::line)
        .filter(JobLine.class::isInstance)
        .map(JobLine.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Presence presence(int uid, int from, int to) {
    return new Presence(
        "GPU-a", uid, Optional.empty(), from * SECOND, OptionalLong.of(to * SECOND));
  }

  private static EnergyByQuality sampled(long microjoules) {
    return EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(microjoules));
  }

  private static Instant wall(int second) {
    return BOOT.plusSeconds(second);
  }
}
