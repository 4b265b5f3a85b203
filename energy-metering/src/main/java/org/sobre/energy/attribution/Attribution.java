package org.sobre.energy.attribution;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.energy.attribution.Split.Basis;
import org.sobre.energy.attribution.Split.Portion;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Splits what a meter saw between those who held the metered thing, those who used it and the
 * platform. Integer arithmetic throughout: the parts sum to the whole, always.
 *
 * <ul>
 *   <li>In time: cut where a run begins or ends and where processes come or go, by linear share.
 *   <li>A GPU: see {@link GpuSplit}. CPU packages: see {@link CpuSplit}.
 * </ul>
 */
public final class Attribution {

  private Attribution() {}

  public static Split split(MeteredInterval interval, Holdings holdings) {
    return split(interval, new Timeline(holdings), CpuWork.NONE);
  }

  /** As a whole, where it is not added up as it is given. */
  public static Split split(MeteredInterval interval, Timeline timeline, CpuWork work) {
    Parts parts = new Parts();
    timeline.give(interval, work, parts);
    return new Split(parts.jobs, parts.outsideSlurm, Energy.ofMicrojoules(parts.platform));
  }

  /** What has been given to whom so far. */
  private static final class Parts implements Recipients {
    private final SortedMap<JobKey, Portion> jobs = new TreeMap<>();
    private final SortedMap<Integer, Energy> outsideSlurm = new TreeMap<>();
    private long platform;

    @Override
    public void toRun(JobKey job, long microjoules, long heldNanos, long ownNanos) {
      Energy energy = Energy.ofMicrojoules(microjoules);
      jobs.merge(job, new Portion(energy, heldNanos, ownNanos), Portion::plus);
    }

    @Override
    public void cpuBasis(JobKey job, long staticMicrojoules, long cpuTimeMicrojoules) {
      Basis basis = new Basis(staticMicrojoules, cpuTimeMicrojoules);
      jobs.merge(job, new Portion(Energy.ZERO, 0, 0, Optional.of(basis)), Portion::plus);
    }

    @Override
    public void toUser(int uid, long microjoules) {
      outsideSlurm.merge(uid, Energy.ofMicrojoules(microjoules), Energy::plus);
    }

    @Override
    public void toPlatform(long microjoules) {
      platform += microjoules;
    }
  }
}
