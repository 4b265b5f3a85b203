package org.sobre.energy.accrual;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
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
 * A node whose power at every instant is known: constant within each second, drawn from the seed.
 * Knows the jobs' true energies by adding up seconds, without any class of the product's
 * arithmetic.
 */
final class SimulatedNode {

  static final long SECOND = 1_000_000_000L;
  static final int CPUS = 16;
  static final MetersConfig CONFIG = new MetersConfig(Duration.ofSeconds(1));
  static final List<String> GPUS = List.of("GPU-a", "GPU-b");
  static final MeterId PACKAGE = new MeterId(Part.CPU_PACKAGE, "0");

  /** Ends and begins are in nanoseconds since boot, with the hundredths of the hooks' clock. */
  record Job(JobKey key, long begin, long end, List<HeldGpu> gpus, int cpus) {
    SpoolRecord.Begin beginRecord() {
      return new SpoolRecord.Begin(
          new JobFacts(key, "alice", 1000, Optional.of("lab"), Optional.empty(), List.of(), cpus),
          begin);
    }

    SpoolRecord.End endRecord() {
      return new SpoolRecord.End(key, end, OptionalInt.of(0));
    }
  }

  private final Instant bootedAt;
  private final long[][] microjoulesInSecond;
  final List<Job> jobs = new ArrayList<>();

  /**
   * @param seconds that the simulation lasts, from the first second after boot
   */
  SimulatedNode(long seed, Instant bootedAt, int seconds) {
    this.bootedAt = bootedAt;
    Random random = new Random(seed);
    microjoulesInSecond = new long[GPUS.size() + 1][seconds];
    for (long[] meter : microjoulesInSecond) {
      for (int second = 0; second < seconds; second++) {
        meter[second] = 20_000_000L + random.nextInt(400_000_000);
      }
    }
  }

  Instant wall(long nanos) {
    return bootedAt.plusNanos(nanos);
  }

  /** One job after another on each GPU, some of them a second long, and now and then none. */
  void fillWithJobs(Random random) {
    long id = 100;
    for (String gpu : GPUS) {
      long at = hundredths(random, 5);
      while (at < (microjoulesInSecond[0].length - 30L) * SECOND) {
        long end = at + SECOND / 100 + hundredths(random, random.nextInt(4) == 0 ? 2 : 4_000);
        jobs.add(
            new Job(
                new JobKey(id++, 0),
                at,
                Math.min(end, (microjoulesInSecond[0].length - 20L) * SECOND),
                List.of(new HeldGpu(gpu, "t", java.math.BigDecimal.ONE)),
                random.nextInt(8)));
        // Often within the same second, so that two jobs share one interval.
        at = end + (random.nextBoolean() ? SECOND / 50 : hundredths(random, 300));
      }
    }
  }

  static long hundredths(Random random, int seconds) {
    return random.nextInt(seconds * 100) * (SECOND / 100);
  }

  List<MeterStatus> meters() {
    List<MeterStatus> all = new ArrayList<>();
    GPUS.forEach(
        gpu ->
            all.add(new MeterStatus(new MeterId(Part.GPU, gpu), "nvidia-smi", Optional.empty())));
    all.add(new MeterStatus(PACKAGE, "powercap", Optional.empty()));
    return all;
  }

  /** What the meters saw in one second. */
  List<MeteredInterval> second(int second) {
    List<MeteredInterval> all = new ArrayList<>();
    for (int i = 0; i < GPUS.size(); i++) {
      all.add(
          interval(
              new MeterId(Part.GPU, GPUS.get(i)),
              second,
              microjoulesInSecond[i][second],
              Quality.SAMPLED,
              Optional.of(
                  new MeteredInterval.Load(
                      Optional.of(second % 2 == 0),
                      OptionalLong.of(1_000 + second),
                      OptionalLong.of(microjoulesInSecond[i][second] / 1_000)))));
    }
    all.add(
        interval(
            PACKAGE,
            second,
            microjoulesInSecond[GPUS.size()][second],
            Quality.COUNTER,
            Optional.empty()));
    return all;
  }

  private static MeteredInterval interval(
      MeterId meter,
      int second,
      long microjoules,
      Quality quality,
      Optional<MeteredInterval.Load> load) {
    return new MeteredInterval(
        meter,
        second * SECOND,
        (second + 1) * SECOND,
        Energy.ofMicrojoules(microjoules),
        quality,
        load);
  }

  /** All that a GPU drew between two instants: the integral of its power. */
  double gpuMicrojoules(String gpu, long from, long to) {
    return integral(microjoulesInSecond[GPUS.indexOf(gpu)], from, to);
  }

  double packageMicrojoules(long from, long to) {
    return integral(microjoulesInSecond[GPUS.size()], from, to);
  }

  private static double integral(long[] perSecond, long from, long to) {
    double sum = 0;
    for (int second = (int) (from / SECOND); second * SECOND < to; second++) {
      long begin = Math.max(from, second * SECOND);
      long end = Math.min(to, (second + 1) * SECOND);
      sum += (double) perSecond[second] * (end - begin) / SECOND;
    }
    return sum;
  }
}
