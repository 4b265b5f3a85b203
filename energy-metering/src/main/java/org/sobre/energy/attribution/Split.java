package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/**
 * Whose the energy of an interval was. Its parts sum to the interval to the microjoule.
 *
 * @param jobs those who held a part of the meter for a part of the time
 * @param platform what nobody held
 */
public record Split(SortedMap<JobKey, Portion> jobs, Energy platform) {

  /**
   * @param heldNanos of the interval, for how long the job held its part
   */
  public record Portion(Energy energy, long heldNanos) {
    Portion plus(Portion other) {
      return new Portion(energy.plus(other.energy), heldNanos + other.heldNanos);
    }
  }

  public Split {
    jobs = Collections.unmodifiableSortedMap(new TreeMap<>(jobs));
    requireNonNull(platform, "platform");
  }

  public Energy total() {
    return jobs.values().stream().map(Portion::energy).reduce(platform, Energy::plus);
  }
}
