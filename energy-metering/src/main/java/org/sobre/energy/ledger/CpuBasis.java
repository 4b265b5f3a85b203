package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import org.sobre.hardware.units.Energy;

/**
 * How a run's energy of a CPU package, or of its memory, came about. What is in neither went by
 * reserved processors too, though it was more than the floor: for a time of which nobody knew the
 * floor, or the jobs' CPU times.
 *
 * @param staticPart by reserved processors, of what the meter's part draws whatever is done
 * @param cpuTime by the run's CPU time, of what it draws beyond
 */
public record CpuBasis(Energy staticPart, Energy cpuTime) {

  public CpuBasis {
    requireNonNull(staticPart, "staticPart");
    requireNonNull(cpuTime, "cpuTime");
  }
}
