package org.sobre.energy.accrual;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.HeldGpu;
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

/** A node of 16 processors and a GPU that draws 100 W, and a job that holds that GPU. */
abstract class OneJobAccrual {

  static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");
  static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  private static final MeterId GPU = new MeterId(Part.GPU, "GPU-a");
  static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");
  static final Instant BOOT = Instant.parse("2026-11-20T14:00:00Z");
  static final JobKey JOB = new JobKey(7, 0);
  static final long SECOND = 1_000_000_000L;

  Accrual accrual = Accrual.fresh(IDENTITY, CONFIG, 0, BOOT);
  long clockSetBySeconds;

  @BeforeEach
  void open() {
    accrual.nodeCpus(16);
    accrual.seqBase(1);
  }

  final JobLine jobLine() {
    return accrual.pending().stream()
        .filter(line -> line.closes().isPresent())
        .map(line -> (JobLine) line.line())
        .findFirst()
        .orElseThrow();
  }

  static Declared words(int uid, long items) {
    return new Declared(
        uid,
        Optional.of("p"),
        OptionalLong.empty(),
        Optional.of("image"),
        OptionalLong.of(items),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  final void begin(int second) {
    begin(second * SECOND, second);
  }

  final void begin(long nanos, int foundAt) {
    JobFacts facts =
        new JobFacts(JOB, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(0), 4);
    accrual.begin(
        new SpoolRecord.Begin(facts, nanos),
        List.of(new HeldGpu("GPU-a", "t", BigDecimal.ONE)),
        foundAt * SECOND,
        wall(foundAt));
  }

  final void end(double second, int foundAt) {
    accrual.end(
        new SpoolRecord.End(JOB, (long) (second * SECOND), OptionalInt.of(0)), foundAt * SECOND);
    accrual.advance(foundAt * SECOND, wall(foundAt));
  }

  /** 100 W on the GPU, busy in every other second. */
  final void seconds(int from, int to) {
    for (int second = from; second < to; second++) {
      MeteredInterval.Load load =
          new MeteredInterval.Load(
              Optional.of(second % 2 == 0),
              OptionalLong.of(1_000 + second),
              OptionalLong.of(100_000),
              OptionalInt.of(second % 2 == 0 ? 80 : 0));
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

  final Instant wall(int second) {
    return BOOT.plusSeconds(second + clockSetBySeconds);
  }
}
