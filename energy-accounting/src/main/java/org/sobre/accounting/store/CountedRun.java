package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import org.sobre.energy.ledger.EnergyByQuality;

/**
 * A run with what reports count of it: a meter that contains others is not counted beside them, one
 * that the machine does not have is not due.
 *
 * @param energy of all its meters that count
 * @param observedMillis device-time in which they were read
 * @param dueMillis device-time in which they should have been
 */
public record CountedRun(
    RunDetails run, EnergyByQuality energy, long observedMillis, long dueMillis) {

  public CountedRun {
    requireNonNull(run, "run");
    requireNonNull(energy, "energy");
    if (observedMillis < 0 || dueMillis < 0) {
      throw new IllegalArgumentException(
          "expected times from 0, found " + observedMillis + " and " + dueMillis + " ms");
    }
  }

  static CountedRun of(RunDetails run, RunHours hours) {
    long[] total = hours.sums().total();
    return new CountedRun(
        run, RunHours.energy(total), total[UsageField.OBSERVED.at()], total[UsageField.DUE.at()]);
  }
}
