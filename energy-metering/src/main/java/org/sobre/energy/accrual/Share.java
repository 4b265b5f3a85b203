package org.sobre.energy.accrual;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.energy.attribution.Split;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.hardware.units.Energy;

/**
 * A job's part of one meter.
 *
 * @param idle the part of it drawn while the device did nothing; absent where load was never read,
 *     or was not this job's alone
 * @param observedNanos for how long the meter was seen while the job held its part
 */
record Share(EnergyByQuality energy, Optional<Energy> idle, long observedNanos) {

  static final Share NONE = new Share(EnergyByQuality.NONE, Optional.empty(), 0);

  Share {
    requireNonNull(energy, "energy");
    requireNonNull(idle, "idle");
  }

  /**
   * @param loadIsItsOwn whether the device's load tells what this job did
   */
  static Share of(Split.Portion portion, MeteredInterval interval, boolean loadIsItsOwn) {
    Optional<Boolean> busy =
        interval.load().flatMap(MeteredInterval.Load::busy).filter(b -> loadIsItsOwn);
    return new Share(
        EnergyByQuality.of(interval.quality(), portion.energy()),
        busy.map(b -> b ? Energy.ZERO : portion.energy()),
        portion.heldNanos());
  }

  Share plus(Share other) {
    Optional<Energy> idleOfBoth =
        idle.isEmpty() && other.idle.isEmpty()
            ? Optional.empty()
            : Optional.of(idle.orElse(Energy.ZERO).plus(other.idle.orElse(Energy.ZERO)));
    return new Share(
        energy.plus(other.energy), idleOfBoth, Math.addExact(observedNanos, other.observedNanos));
  }
}
