package org.sobre.benchmarks;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.sobre.energy.accrual.Accrual;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.attribution.CpuUse;
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

/**
 * The largest node that issue 6 names: 8 GPUs, 4 RAPL domains, 64 jobs, of which all reserve
 * processors. Its seconds follow each other without end: with each hour a balance is cut.
 */
@State(Scope.Thread)
public class BusyNode {

  /** {@code own}: eight jobs have a GPU each; {@code shared}: eight jobs on each GPU, as shards. */
  @Param({"own", "shared"})
  public String gpus = "own";

  private static final int BOARDS = 8;
  private static final int DOMAINS = 4;
  private static final int JOBS = 64;
  private static final int CPUS_OF_A_JOB = 2;
  private static final int QUIET_SECONDS = 70;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Instant BOOTED = Instant.parse("2026-11-21T08:00:00Z");
  private static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));

  private final List<MeterStatus> statuses = new ArrayList<>();
  private Accrual accrual =
      Accrual.fresh(new NodeIdentity("cbp", "n042", "5f0c"), CONFIG, 0, BOOTED);
  private int second;
  private int running;

  /** Ten minutes of it have passed when a measurement begins. */
  @Setup
  public void begin() {
    for (int i = 0; i < BOARDS; i++) {
      MeterId board = new MeterId(Part.GPU, "GPU-5c1f0000-0000-4000-8000-00000000000" + i);
      statuses.add(new MeterStatus(board, "nvidia-smi", Optional.empty()));
    }
    for (int i = 0; i < DOMAINS; i++) {
      MeterId domain = new MeterId(Part.CPU_PACKAGE, Integer.toString(i));
      statuses.add(new MeterStatus(domain, "powercap", Optional.empty()));
    }
    accrual.nodeCpus(JOBS * CPUS_OF_A_JOB);
    accrual.seqBase(1);
    // A quiet minute, after which it is known what the packages draw whatever is done.
    for (int i = 0; i < QUIET_SECONDS; i++) {
      step(readings());
    }
    for (int i = 0; i < JOBS; i++) {
      begin(i);
    }
    running = JOBS;
    for (int i = 0; i < 600; i++) {
      step(readings());
    }
  }

  private void begin(int i) {
    boolean hasBoard = gpus.equals("shared") || i < BOARDS;
    JobFacts facts =
        new JobFacts(
            new JobKey(12_345L + i, 0),
            "alice",
            1_200 + i % 5,
            Optional.of("lab" + i % 3),
            Optional.of("gpu"),
            hasBoard ? List.of(i % BOARDS) : List.of(),
            CPUS_OF_A_JOB);
    String board = statuses.get(i % BOARDS).meter().device();
    List<HeldGpu> held =
        hasBoard ? List.of(new HeldGpu(board, "nvidia_a100", BigDecimal.ONE)) : List.of();
    Instant now = BOOTED.plusSeconds(second);
    accrual.begin(new SpoolRecord.Begin(facts, nowNanos()), held, nowNanos(), now);
  }

  Accrual accrual() {
    return accrual;
  }

  long nowNanos() {
    return second * SECOND;
  }

  /** What the meters saw of the next second. */
  List<MeteredInterval> readings() {
    long from = second * SECOND;
    second++;
    List<MeteredInterval> all = new ArrayList<>(statuses.size());
    for (MeterStatus status : statuses) {
      boolean isBoard = status.meter().part() == Part.GPU;
      all.add(
          new MeteredInterval(
              status.meter(),
              from,
              from + SECOND,
              Energy.ofMicrojoules(300_000_007L + second % 1_000),
              isBoard ? Quality.SAMPLED : Quality.COUNTER,
              isBoard ? Optional.of(load()) : Optional.empty()));
    }
    return all;
  }

  private MeteredInterval.Load load() {
    return new MeteredInterval.Load(
        Optional.of(second % 4 != 0),
        OptionalLong.of(20_000),
        OptionalLong.of(300_000),
        OptionalInt.of(75));
  }

  /** Of the last second: each job has kept about one processor busy. */
  private CpuUse use() {
    Map<JobKey, Long> jobs = new HashMap<>(2 * running);
    for (int i = 0; i < running; i++) {
      jobs.put(new JobKey(12_345L + i, 0), 1_000_000L + i);
    }
    long to = nowNanos() + SECOND / 100;
    return new CpuUse(
        to - SECOND,
        to,
        jobs,
        new TreeMap<>(Map.of(1_300, 100_000L)),
        running * 1_050_000L,
        /* jobsAreSeen= */ true);
  }

  /** Takes them in, and attributes what is old enough. */
  void step(List<MeteredInterval> readings) {
    accrual.observe(statuses, readings);
    accrual.observe(use());
    accrual.advance(nowNanos(), BOOTED.plusSeconds(second));
    accrual.written(Long.MAX_VALUE);
  }
}
