package org.sobre.accounting.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/**
 * A ledger of some nodes, labs and hours from a seed, and beside it plain sums of what was put in:
 * the truth that a report must equal. The last hour of every node stays open: its jobs that ended
 * are told by their job lines only.
 */
final class TrueLedger {

  static final Instant START = Instant.parse("2026-11-30T20:00:00Z");
  static final int HOURS = 7;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<String> LABS = List.of("lab-vision", "lab-nlp", "lab-bio");
  private static final List<String> USERS = List.of("alice", "bob", "carol", "dave");

  final LedgerDirectory directory;

  /** Billed microjoules by lab, user, node and UTC month. */
  final Map<String, BigInteger> byLab = new TreeMap<>();

  final Map<String, BigInteger> byUser = new TreeMap<>();
  final Map<String, BigInteger> byNode = new TreeMap<>();
  final Map<String, BigInteger> byMonth = new TreeMap<>();
  BigInteger billed = BigInteger.ZERO;
  BigInteger platform = BigInteger.ZERO;
  BigInteger outside = BigInteger.ZERO;
  final SortedMap<Integer, BigInteger> outsideByUid = new TreeMap<>();
  BigInteger unknown = BigInteger.ZERO;

  /** What the open hours' job lines tell beyond the balances. */
  BigInteger open = BigInteger.ZERO;

  BigInteger gpuMillis = BigInteger.ZERO;
  final Map<String, Long> itemsByLab = new TreeMap<>();
  int jobs;

  private final Random random;
  private long nextJob = 100;

  /** A job that holds one GPU and its node's CPUs from one hour's begin to another's end. */
  private static final class Run {
    final JobFacts facts;
    final int gpu;
    final int firstHour;
    final int endHour;
    final Map<MeterId, EnergyByQuality> energy = new HashMap<>();
    final Map<MeterId, Long> observed = new HashMap<>();

    Run(JobFacts facts, int gpu, int firstHour, int endHour) {
      this.facts = facts;
      this.gpu = gpu;
      this.firstHour = firstHour;
      this.endHour = endHour;
    }

    Instant begin() {
      return START.plus(HOUR.multipliedBy(firstHour));
    }
  }

  TrueLedger(Path root, long seed) throws IOException {
    this.directory = new LedgerDirectory(root);
    this.random = new Random(seed);
    for (int node = 1; node <= 3; node++) {
      write("n" + node, 1 + random.nextInt(3));
    }
  }

  private void write(String node, int gpus) throws IOException {
    String boot =
        String.format(
            Locale.ROOT, "%08x-0000-4000-8000-000000000000", random.nextInt() & 0xfffffff);
    LedgerAppender appender = LedgerAppender.open(directory, "cbp", node, boot);
    appender.append(header -> new BootLine(header, START, Optional.empty()));
    List<Run> runs = runs(gpus);
    for (int hour = 0; hour < HOURS; hour++) {
      int at = hour;
      List<BalanceLine.MeterBalance> meters = new ArrayList<>();
      for (int gpu = 0; gpu < gpus; gpu++) {
        meters.add(gpuMeter(node, gpu, hour, runs));
      }
      meters.add(cpuMeter(node, hour, runs));
      boolean isOpen = hour == HOURS - 1;
      if (!isOpen) {
        Instant from = START.plus(HOUR.multipliedBy(hour));
        appender.append(
            header ->
                new BalanceLine(header, false, from, from.plus(HOUR), HOUR.toMillis(), meters));
      }
      for (Run run : runs) {
        if (run.endHour == at) {
          appender.append(header -> jobLine(header, node, run));
        }
      }
    }
  }

  private List<Run> runs(int gpus) {
    List<Run> runs = new ArrayList<>();
    for (int gpu = 0; gpu < gpus; gpu++) {
      int hour = random.nextInt(3);
      while (hour < HOURS) {
        int end = Math.min(HOURS - 1, hour + random.nextInt(3));
        int uid = random.nextInt(USERS.size());
        runs.add(
            new Run(
                new JobFacts(
                    new JobKey(nextJob++, random.nextInt(2)),
                    USERS.get(uid),
                    1000 + uid,
                    Optional.of(LABS.get(random.nextInt(LABS.size()))),
                    Optional.of("gpu"),
                    List.of(),
                    2),
                gpu,
                hour,
                end));
        jobs++;
        hour = end + 1 + random.nextInt(2);
      }
    }
    return runs;
  }

  private BalanceLine.MeterBalance gpuMeter(String node, int gpu, int hour, List<Run> runs) {
    MeterId meter = new MeterId(Part.GPU, "GPU-" + node + "-" + gpu);
    List<BalanceLine.JobShare> shares = new ArrayList<>();
    for (Run run : runs) {
      if (run.gpu == gpu && run.firstHour <= hour && hour <= run.endHour) {
        shares.add(share(node, meter, run, hour, amount(Quality.SAMPLED)));
      }
    }
    return balance(meter, "nvidia-smi", hour, shares, Quality.SAMPLED);
  }

  private BalanceLine.MeterBalance cpuMeter(String node, int hour, List<Run> runs) {
    MeterId meter = new MeterId(Part.CPU_PACKAGE, "0");
    List<BalanceLine.JobShare> shares = new ArrayList<>();
    for (Run run : runs) {
      if (run.firstHour <= hour && hour <= run.endHour) {
        shares.add(share(node, meter, run, hour, amount(Quality.COUNTER)));
      }
    }
    return balance(meter, "powercap", hour, shares, Quality.COUNTER);
  }

  private EnergyByQuality amount(Quality quality) {
    return EnergyByQuality.of(
        quality, Energy.ofMicrojoules(1 + (random.nextLong() >>> 1) % 4_000_000_000_000L));
  }

  private BalanceLine.JobShare share(
      String node, MeterId meter, Run run, int hour, EnergyByQuality energy) {
    long observed = HOUR.toMillis() - random.nextInt(5000);
    run.energy.merge(meter, energy, EnergyByQuality::plus);
    run.observed.merge(meter, observed, Long::sum);
    BigInteger amount = BigInteger.valueOf(energy.total().microjoules());
    billed = billed.add(amount);
    byLab.merge(run.facts.account().orElseThrow(), amount, BigInteger::add);
    byUser.merge(run.facts.user(), amount, BigInteger::add);
    byNode.merge(node, amount, BigInteger::add);
    byMonth.merge(hour < 4 ? "2026-11" : "2026-12", amount, BigInteger::add);
    if (hour == HOURS - 1) {
      open = open.add(amount);
    }
    return new BalanceLine.JobShare(
        run.facts.key(),
        run.begin(),
        run.facts.account(),
        run.facts.uid(),
        energy,
        Optional.empty(),
        observed);
  }

  private BalanceLine.MeterBalance balance(
      MeterId meter, String source, int hour, List<BalanceLine.JobShare> shares, Quality quality) {
    EnergyByQuality idle = amount(quality);
    EnergyByQuality stray = amount(quality);
    int uid = 1_001 + hour % 3;
    EnergyByQuality lost = random.nextBoolean() ? amount(quality) : EnergyByQuality.NONE;
    if (hour < HOURS - 1) {
      platform = platform.add(BigInteger.valueOf(idle.total().microjoules()));
      outside = outside.add(BigInteger.valueOf(stray.total().microjoules()));
      outsideByUid.merge(uid, BigInteger.valueOf(stray.total().microjoules()), BigInteger::add);
      unknown = unknown.add(BigInteger.valueOf(lost.total().microjoules()));
    }
    EnergyByQuality total = idle.plus(stray).plus(lost);
    for (BalanceLine.JobShare share : shares) {
      total = total.plus(share.energy());
    }
    return new BalanceLine.MeterBalance(
        meter,
        source,
        Optional.empty(),
        HOUR.toMillis(),
        total,
        shares,
        List.of(new BalanceLine.OutsideShare(uid, stray)),
        idle,
        lost);
  }

  private JobLine jobLine(org.sobre.energy.ledger.LineHeader header, String node, Run run) {
    Duration elapsed = HOUR.multipliedBy(1L + run.endHour - run.firstHour);
    gpuMillis = gpuMillis.add(BigInteger.valueOf(elapsed.toMillis()));
    List<JobLine.PartEnergy> parts = new ArrayList<>();
    run.energy.forEach(
        (meter, energy) ->
            parts.add(
                new JobLine.PartEnergy(
                    meter,
                    energy,
                    Optional.empty(),
                    run.observed.getOrDefault(meter, 0L),
                    Optional.empty())));
    Optional<JobLine.Declared> declared = Optional.empty();
    if (random.nextBoolean()) {
      long items = random.nextInt(10_000);
      itemsByLab.merge(run.facts.account().orElseThrow(), items, Long::sum);
      declared =
          Optional.of(
              new JobLine.Declared(
                  run.facts.uid(),
                  Optional.of("sd21-infer"),
                  OptionalLong.of(4),
                  Optional.of("image"),
                  OptionalLong.of(items),
                  OptionalLong.empty(),
                  OptionalLong.empty()));
    }
    return new JobLine(
        header,
        false,
        run.facts,
        run.begin(),
        run.begin().plus(elapsed),
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.EPILOG,
        OptionalInt.of(0),
        elapsed.toMillis(),
        new JobLine.Held(
            2,
            OptionalLong.empty(),
            List.of(
                new JobLine.HeldGpu(
                    "GPU-" + node + "-" + run.gpu, "nvidia_geforce_rtx_4090", BigDecimal.ONE))),
        parts,
        Optional.empty(),
        List.of(),
        declared,
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
