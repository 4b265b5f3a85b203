package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.energy.ledger.MeterId;

/**
 * What was drawn in a step of a run's power profile that was not seen as a whole, or not by all its
 * meters yet. A line has means alone, so a checkpoint carries these.
 *
 * @param step from 0
 * @param meter absent where it is of all the run's meters together
 * @param observedNanos in which that was drawn, above 0
 */
public record PowerSum(int step, Optional<MeterId> meter, long microjoules, long observedNanos) {

  public PowerSum {
    requireNonNull(meter, "meter");
    if (step < 0 || microjoules < 0 || observedNanos <= 0) {
      throw new IllegalArgumentException(
          "expected a step and an energy from 0 and a time above 0, found "
              + step
              + ", "
              + microjoules
              + " uJ and "
              + observedNanos
              + " ns");
    }
  }
}
