package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.store.UsageSum;

/**
 * What runs used, and when they drew its energy, as finely as factors change.
 *
 * @param drawn as much as the sum's energy
 */
record DrawnSum(UsageSum sum, EnergyOverTime drawn) {

  DrawnSum {
    requireNonNull(sum, "sum");
    requireNonNull(drawn, "drawn");
  }

  DrawnSum plus(DrawnSum other) {
    EnergyOverTime both = new EnergyOverTime();
    both.add(drawn);
    both.add(other.drawn);
    return new DrawnSum(sum.plus(other.sum), both);
  }
}
