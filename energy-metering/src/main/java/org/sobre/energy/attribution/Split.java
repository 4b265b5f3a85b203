package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Whose the energy of an interval was. Its parts sum to the interval to the microjoule.
 *
 * @param jobs those who held a part of the meter for a part of the time
 * @param outsideSlurm by uid, what processes drew that no job owns
 * @param platform what nobody held and nobody used
 */
public record Split(
    SortedMap<JobKey, Portion> jobs, SortedMap<Integer, Energy> outsideSlurm, Energy platform) {

  /**
   * @param energy may be zero: of a GPU that a run may use, and that others used
   * @param heldNanos of the interval, for how long the job held its part
   * @param ownNanos that time, each stretch weighed by which part of the meter was the job's; equal
   *     to {@code heldNanos} if and only if all of it was, all the time
   * @param basis of a CPU package or its memory: how the energy came about; absent where all of it
   *     went by reserved processors
   */
  public record Portion(Energy energy, long heldNanos, long ownNanos, Optional<Basis> basis) {

    public Portion(Energy energy, long heldNanos, long ownNanos) {
      this(energy, heldNanos, ownNanos, Optional.empty());
    }

    Portion plus(Portion other) {
      return new Portion(
          energy.plus(other.energy),
          heldNanos + other.heldNanos,
          ownNanos + other.ownNanos,
          other.basis.isEmpty() ? basis : other.basis.map(more -> more.plus(basis)));
    }
  }

  /** As {@link Recipients#cpuBasis} has it. */
  public record Basis(long staticMicrojoules, long cpuTimeMicrojoules) {
    Basis plus(Optional<Basis> other) {
      return new Basis(
          staticMicrojoules + other.map(Basis::staticMicrojoules).orElse(0L),
          cpuTimeMicrojoules + other.map(Basis::cpuTimeMicrojoules).orElse(0L));
    }
  }

  public Split {
    jobs = Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
    outsideSlurm = Collections.unmodifiableSortedMap(new TreeMap<>(outsideSlurm));
    requireNonNull(platform, "platform");
  }

  public Energy total() {
    Energy ofJobs = jobs.values().stream().map(Portion::energy).reduce(platform, Energy::plus);
    return outsideSlurm.values().stream().reduce(ofJobs, Energy::plus);
  }
}
