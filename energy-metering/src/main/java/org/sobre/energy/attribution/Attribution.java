package org.sobre.energy.attribution;

import java.math.BigInteger;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.attribution.Split.Portion;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Splits what a meter saw between the jobs that held the metered thing and the platform. Integer
 * arithmetic throughout: the parts sum to the whole, always.
 *
 * <ul>
 *   <li>In time: cut where a job begins or ends, by linear share.
 *   <li>A GPU: all of it to its holder, idle or not; a free one to the platform; equally where two
 *       jobs hold one.
 *   <li>CPU packages: to each job by reserved over existing logical processors, rounded down; the
 *       platform takes the rest. What one job pays does not depend on its neighbours.
 * </ul>
 */
public final class Attribution {

  private Attribution() {}

  public static Split split(MeteredInterval interval, Holdings holdings) {
    Shares shares = new Shares();
    List<Long> cuts = holdings.cuts(interval.fromNanos(), interval.toNanos());
    for (int i = 1; i < cuts.size(); i++) {
      long from = cuts.get(i - 1);
      long to = cuts.get(i);
      Energy energy = interval.energyUntil(to).minus(interval.energyUntil(from));
      List<Holding> present =
          holdings.all().stream().filter(holding -> holding.covers(from, to)).toList();
      switch (interval.meter().part()) {
        case GPU -> splitGpu(energy, to - from, interval.meter().device(), present, shares);
        case CPU_PACKAGE, DRAM ->
            splitByCpus(energy, to - from, present, holdings.nodeCpus().orElse(0), shares);
        // A whole node contains its innermost meters, which are split instead.
        case NODE -> shares.platform = shares.platform.plus(energy);
      }
    }
    return new Split(shares.jobs, shares.platform);
  }

  private static final class Shares {
    final SortedMap<JobKey, Portion> jobs = new TreeMap<>();
    Energy platform = Energy.ZERO;

    void give(JobKey job, Energy energy, long nanos) {
      jobs.merge(job, new Portion(energy, nanos), Portion::plus);
    }
  }

  private static void splitGpu(
      Energy energy, long nanos, String device, List<Holding> present, Shares shares) {
    List<Holding> holders =
        present.stream().filter(holding -> holding.gpus().contains(device)).toList();
    if (holders.isEmpty()) {
      shares.platform = shares.platform.plus(energy);
      return;
    }
    Energy given = Energy.ZERO;
    for (int i = 0; i < holders.size(); i++) {
      Energy until = fraction(energy, i + 1L, holders.size());
      shares.give(holders.get(i).job(), until.minus(given), nanos);
      given = until;
    }
  }

  private static void splitByCpus(
      Energy energy, long nanos, List<Holding> present, int nodeCpus, Shares shares) {
    if (nodeCpus == 0) {
      shares.platform = shares.platform.plus(energy);
      return;
    }
    long reserved = present.stream().mapToLong(Holding::cpus).sum();
    // More reserved than there are, where the site lets jobs share processors: then by what each
    // reserved of that.
    long whole = Math.max(reserved, nodeCpus);
    Energy rest = energy;
    for (Holding holding : present) {
      if (holding.cpus() > 0) {
        Energy share = fraction(energy, holding.cpus(), whole);
        shares.give(holding.job(), share, nanos);
        rest = rest.minus(share);
      }
    }
    shares.platform = shares.platform.plus(rest);
  }

  /** Rounded down. */
  private static Energy fraction(Energy energy, long numerator, long denominator) {
    return Energy.ofMicrojoules(
        BigInteger.valueOf(energy.microjoules())
            .multiply(BigInteger.valueOf(numerator))
            .divide(BigInteger.valueOf(denominator))
            .longValueExact());
  }
}
