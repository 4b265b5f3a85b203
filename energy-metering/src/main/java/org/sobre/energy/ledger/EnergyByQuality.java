package org.sobre.energy.ledger;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.sobre.hardware.units.Energy;

/**
 * Energy kept apart by quality. A quality of zero has no key, in memory as in the ledger.
 * Immutable.
 */
public final class EnergyByQuality {

  public static final EnergyByQuality NONE = new EnergyByQuality(0, 0, 0);

  private final long counter;
  private final long sampled;
  private final long modelled;

  public EnergyByQuality(Map<Quality, Energy> amounts) {
    this(
        microjoules(amounts, Quality.COUNTER),
        microjoules(amounts, Quality.SAMPLED),
        microjoules(amounts, Quality.MODELLED));
  }

  private EnergyByQuality(long counter, long sampled, long modelled) {
    this.counter = counter;
    this.sampled = sampled;
    this.modelled = modelled;
  }

  private static long microjoules(Map<Quality, Energy> amounts, Quality quality) {
    return amounts.getOrDefault(quality, Energy.ZERO).microjoules();
  }

  public static EnergyByQuality of(Quality quality, Energy energy) {
    return new EnergyByQuality(Map.of(quality, energy));
  }

  /**
   * Microjoules of each quality.
   *
   * @throws IllegalArgumentException if one is below 0
   */
  public static EnergyByQuality ofMicrojoules(long counter, long sampled, long modelled) {
    return checked(counter, sampled, modelled);
  }

  private static EnergyByQuality checked(long counter, long sampled, long modelled) {
    if (counter < 0 || sampled < 0 || modelled < 0) {
      throw new IllegalArgumentException(
          "energy must not be negative, found "
              + Math.min(counter, Math.min(sampled, modelled))
              + " uJ");
    }
    return (counter | sampled | modelled) == 0
        ? NONE
        : new EnergyByQuality(counter, sampled, modelled);
  }

  /** Unmodifiable, without zeros. */
  public Map<Quality, Energy> amounts() {
    EnumMap<Quality, Energy> amounts = new EnumMap<>(Quality.class);
    for (Quality quality : Quality.values()) {
      if (microjoules(quality) > 0) {
        amounts.put(quality, of(quality));
      }
    }
    return Collections.unmodifiableMap(amounts);
  }

  public Energy of(Quality quality) {
    return Energy.ofMicrojoules(microjoules(quality));
  }

  /** As {@link #of}, without its object. */
  public long microjoules(Quality quality) {
    return switch (quality) {
      case COUNTER -> counter;
      case SAMPLED -> sampled;
      case MODELLED -> modelled;
    };
  }

  /**
   * @throws ArithmeticException if a long does not hold it
   */
  public EnergyByQuality plus(EnergyByQuality other) {
    if (other.isZero()) {
      return this;
    }
    return new EnergyByQuality(
        Math.addExact(counter, other.counter),
        Math.addExact(sampled, other.sampled),
        Math.addExact(modelled, other.modelled));
  }

  /**
   * @throws IllegalArgumentException if {@code other} has more of any quality than this
   */
  public EnergyByQuality minus(EnergyByQuality other) {
    return checked(counter - other.counter, sampled - other.sampled, modelled - other.modelled);
  }

  /**
   * @throws ArithmeticException if a long does not hold it
   */
  public Energy total() {
    return Energy.ofMicrojoules(Math.addExact(Math.addExact(counter, sampled), modelled));
  }

  public boolean isZero() {
    return (counter | sampled | modelled) == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EnergyByQuality energy
        && counter == energy.counter
        && sampled == energy.sampled
        && modelled == energy.modelled;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(counter) * 961 + Long.hashCode(sampled) * 31 + Long.hashCode(modelled);
  }

  @Override
  public String toString() {
    return "EnergyByQuality[amounts=" + amounts() + "]";
  }
}
