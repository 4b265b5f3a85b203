package org.sobre.energy.attribution;

import java.math.BigInteger;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.attribution.Split.Portion;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Splits what a meter saw between those who held the metered thing, those who used it and the
 * platform. Integer arithmetic throughout: the parts sum to the whole, always.
 *
 * <ul>
 *   <li>In time: cut where a run begins or ends and where processes come or go, by linear share.
 *   <li>A GPU: see {@link GpuSplit}.
 *   <li>CPU packages: to each run by reserved over existing logical processors, rounded down; the
 *       platform takes the rest. What one run pays does not depend on its neighbours.
 * </ul>
 */
public final class Attribution {

  private Attribution() {}

  public static Split split(MeteredInterval interval, Holdings holdings) {
    Shares shares = new Shares();
    String device = interval.meter().device();
    List<Long> cuts =
        interval.meter().part() == Part.GPU
            ? holdings.cuts(device, interval.fromNanos(), interval.toNanos())
            : holdings.cuts(interval.fromNanos(), interval.toNanos());
    for (int i = 1; i < cuts.size(); i++) {
      long from = cuts.get(i - 1);
      long to = cuts.get(i);
      Energy energy = interval.energyUntil(to).minus(interval.energyUntil(from));
      List<Holding> present =
          holdings.all().stream().filter(holding -> holding.covers(from, to)).toList();
      switch (interval.meter().part()) {
        case GPU ->
            GpuSplit.of(device, from, to, present, holdings.presences()).give(energy, shares);
        case CPU_PACKAGE, DRAM ->
            splitByCpus(energy, to - from, present, holdings.nodeCpus().orElse(0), shares);
        // A whole node contains its innermost meters, which are split instead.
        case NODE -> shares.platform = shares.platform.plus(energy);
      }
    }
    return new Split(shares.jobs, shares.outsideSlurm, shares.platform);
  }

  /** What has been given to whom so far. */
  static final class Shares {
    private final SortedMap<JobKey, Portion> jobs = new TreeMap<>();
    private final SortedMap<Integer, Energy> outsideSlurm = new TreeMap<>();
    private Energy platform = Energy.ZERO;

    /**
     * @param numerator of the part of the meter that is the job's
     */
    void give(JobKey job, Energy energy, long nanos, long numerator, long denominator) {
      long own = fraction(nanos, numerator, denominator);
      jobs.merge(job, new Portion(energy, nanos, own), Portion::plus);
    }

    void giveOutside(int uid, Energy energy) {
      outsideSlurm.merge(uid, energy, Energy::plus);
    }

    void givePlatform(Energy energy) {
      platform = platform.plus(energy);
    }
  }

  private static void splitByCpus(
      Energy energy, long nanos, List<Holding> present, int nodeCpus, Shares shares) {
    if (nodeCpus == 0) {
      shares.givePlatform(energy);
      return;
    }
    long reserved = present.stream().mapToLong(one -> Math.min(one.cpus(), nodeCpus)).sum();
    // More reserved than there are, where the site lets jobs share processors: then by what each
    // reserved of that.
    long whole = Math.max(reserved, nodeCpus);
    Energy rest = energy;
    for (Holding holding : present) {
      if (holding.cpus() > 0) {
        // A wrapper may have told its processors before the node was known to have fewer.
        long cpus = Math.min(holding.cpus(), nodeCpus);
        Energy share = fraction(energy, cpus, whole);
        shares.give(holding.job(), share, nanos, cpus, whole);
        rest = rest.minus(share);
      }
    }
    shares.givePlatform(rest);
  }

  /** Rounded down. */
  static Energy fraction(Energy energy, long numerator, long denominator) {
    return Energy.ofMicrojoules(fraction(energy.microjoules(), numerator, denominator));
  }

  private static long fraction(long amount, long numerator, long denominator) {
    return BigInteger.valueOf(amount)
        .multiply(BigInteger.valueOf(numerator))
        .divide(BigInteger.valueOf(denominator))
        .longValueExact();
  }
}
