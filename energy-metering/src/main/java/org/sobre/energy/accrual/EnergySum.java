package org.sobre.energy.accrual;

import java.util.EnumMap;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;

/** Energy that grows, kept apart by quality. */
final class EnergySum {

  private long counter;
  private long sampled;
  private long modelled;

  void add(Quality quality, long microjoules) {
    switch (quality) {
      case COUNTER -> counter = Math.addExact(counter, microjoules);
      case SAMPLED -> sampled = Math.addExact(sampled, microjoules);
      case MODELLED -> modelled = Math.addExact(modelled, microjoules);
    }
  }

  void add(EnergyByQuality more) {
    more.amounts().forEach((quality, energy) -> add(quality, energy.microjoules()));
  }

  boolean isZero() {
    return counter == 0 && sampled == 0 && modelled == 0;
  }

  /** As it is now. */
  EnergyByQuality asLine() {
    EnumMap<Quality, Energy> amounts = new EnumMap<>(Quality.class);
    amounts.put(Quality.COUNTER, Energy.ofMicrojoules(counter));
    amounts.put(Quality.SAMPLED, Energy.ofMicrojoules(sampled));
    amounts.put(Quality.MODELLED, Energy.ofMicrojoules(modelled));
    return new EnergyByQuality(amounts);
  }
}
