package org.sobre.energy.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.BalanceLine;
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

/** The state of a node with many jobs, or without its ledger, is bounded. */
class FullStateTest {

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");
  private static final MetersConfig OFTEN = new MetersConfig(Duration.ofSeconds(10));
  private static final MetersConfig SELDOM = new MetersConfig(Duration.ofMinutes(10));
  private static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  private static final long SECOND = 1_000_000_000L;

  private Accrual accrual = Accrual.fresh(IDENTITY, OFTEN, 0, BOOT);

  /** Of 501 jobs that run a balance has 2004 parts at once, and the next one would again. */
  @Test
  void manyJobsThatRunDoNotHaveTheBalanceCutEachSecond() {
    begin(501);
    observe(4, 0, 600, 10);

    assertThat(accrual.pending()).isEmpty();
    assertThat(accrual.checkpoint().window().meters())
        .hasSize(4)
        .allSatisfy(meter -> assertThat(meter.jobs()).hasSize(501));
  }

  /** Those that have ended do. */
  @Test
  void manyThatHaveEndedDo() {
    begin(501);
    observe(4, 0, 60, 10);
    for (int job = 1; job <= 501; job++) {
      accrual.end(
          new SpoolRecord.End(new JobKey(job, 0), 60 * SECOND, OptionalInt.of(0)), 60 * SECOND);
    }
    observe(4, 60, 180, 10);

    assertThat(accrual.pending().stream().filter(line -> line.closes().isEmpty())).hasSize(1);
  }

  /** 64 jobs on 5 meters for a fortnight, and no ledger. */
  @Test
  void withoutALedgerTheStateIsBoundedAndNoEnergyIsLost() throws Exception {
    accrual = Accrual.fresh(IDENTITY, SELDOM, 0, BOOT);
    begin(64);
    observe(5, 0, 14 * 86_400, 600);

    assertThat(accrual.pending()).hasSizeBetween(50, 70);
    String state = CheckpointCodec.encode(accrual.checkpoint());
    assertThat(state.length()).isLessThan(6_000_000);

    accrual = Accrual.resume(CheckpointCodec.decode(state), SELDOM);
    accrual.nodeCpus(501);
    observe(5, 14 * 86_400, 15 * 86_400, 600);
    assertThat(accrual.pending()).hasSizeBetween(50, 70);

    // it is back
    accrual.seqBase(1);
    List<PendingLine> written = new ArrayList<>(accrual.pending());
    accrual.written(written.get(written.size() - 1).ordinal());
    accrual.close(15 * 86_400 * SECOND, BOOT.plusSeconds(15 * 86_400));
    written.addAll(accrual.pending());
    assertThat(
            written.stream()
                .map(line -> (BalanceLine) line.line())
                .flatMap(line -> line.meters().stream())
                .mapToLong(meter -> meter.total().total().microjoules())
                .sum())
        .isEqualTo(5L * 15 * 86_400 * 1_000_000);
  }

  /** Short jobs, and no ledger. */
  @Test
  void thereIsNoRoomForMoreWhereAsManyWaitAsCan() {
    accrual.nodeCpus(501);
    int job = 0;
    for (int second = 0; accrual.hasRoom(); second++) {
      assertThat(job).isLessThan(5_000);
      for (int i = 0; i < 5; i++) {
        begin(++job, second);
        long nanos = second * SECOND + SECOND / 2;
        accrual.end(new SpoolRecord.End(new JobKey(job, 0), nanos, OptionalInt.of(0)), nanos);
      }
      observe(1, second, second + 1, 1);
    }
    assertThat(accrual.pending()).hasSizeGreaterThanOrEqualTo(2_000);
    assertThat(accrual.running()).hasSizeBetween(500, 600);

    accrual.seqBase(1);
    accrual.written(accrual.pending().get(1_500).ordinal());
    assertThat(accrual.hasRoom()).isTrue();
  }

  private void begin(int job, int second) {
    JobFacts facts =
        new JobFacts(
            new JobKey(job, 0), "u", 1300, Optional.of("l"), Optional.empty(), List.of(), 1);
    long nanos = second * SECOND;
    Instant wall = BOOT.plusSeconds(second);
    accrual.begin(new SpoolRecord.Begin(facts, nanos), List.of(), nanos, wall);
  }

  private void begin(int jobs) {
    accrual.nodeCpus(501);
    for (int job = 1; job <= jobs; job++) {
      begin(job, 0);
    }
  }

  /** One watt on each meter. */
  private void observe(int meters, int from, int to, int step) {
    for (int second = from; second < to; second += step) {
      List<MeterStatus> status = new ArrayList<>();
      List<MeteredInterval> seen = new ArrayList<>();
      for (int i = 0; i < meters; i++) {
        MeterId meter = new MeterId(Part.CPU_PACKAGE, Integer.toString(i));
        status.add(new MeterStatus(meter, "powercap", Optional.empty()));
        seen.add(
            new MeteredInterval(
                meter,
                second * SECOND,
                (second + step) * SECOND,
                Energy.ofMicrojoules(step * 1_000_000L),
                Quality.COUNTER,
                Optional.empty()));
      }
      accrual.observe(status, seen);
      accrual.advance((second + step) * SECOND, BOOT.plusSeconds(second + step));
    }
  }
}
