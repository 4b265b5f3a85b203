package org.sobre.energy.ledger;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.sobre.hardware.units.Energy;

/**
 * Energy kept apart by quality. A quality of zero has no key, in memory as in the ledger.
 *
 * @param amounts unmodifiable, without zeros
 */
public record EnergyByQuality(Map<Quality, Energy> amounts) {

  public static final EnergyByQuality NONE = new EnergyByQuality(Map.of());

  public EnergyByQuality {
    EnumMap<Quality, Energy> copy = new EnumMap<>(Quality.class);
    amounts.forEach(
        (quality, energy) -> {
          if (!energy.isZero()) {
            copy.put(quality, energy);
          }
        });
    amounts = Collections.unmodifiableMap(copy);
  }

  public static EnergyByQuality of(Quality quality, Energy energy) {
    return new EnergyByQuality(Map.of(quality, energy));
  }

  public Energy of(Quality quality) {
    return amounts.getOrDefault(quality, Energy.ZERO);
  }

  public EnergyByQuality plus(EnergyByQuality other) {
    return combine(other, Energy::plus);
  }

  /**
   * @throws IllegalArgumentException if {@code other} has more of any quality than this
   */
  public EnergyByQuality minus(EnergyByQuality other) {
    return combine(other, Energy::minus);
  }

  public Energy total() {
    return amounts.values().stream().reduce(Energy.ZERO, Energy::plus);
  }

  public boolean isZero() {
    return amounts.isEmpty();
  }

  private EnergyByQuality combine(EnergyByQuality other, BinaryOperator<Energy> operation) {
    EnumMap<Quality, Energy> result = new EnumMap<>(Quality.class);
    for (Quality quality : Quality.values()) {
      result.put(quality, operation.apply(of(quality), other.of(quality)));
    }
    return new EnergyByQuality(result);
  }
}
