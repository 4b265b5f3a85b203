package org.sobre.accounting.factors;

import java.math.BigInteger;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Energy and when it was drawn, so that factors that change can be applied. Buckets are known by
 * their begin; in none of them may a factor change ({@link PeriodFactors#cuts()}). Not thread-safe.
 */
public final class EnergyOverTime {

  private final NavigableMap<Instant, BigInteger> microjoules = new TreeMap<>();

  /** Energy of one bucket. */
  public static EnergyOverTime of(Instant begin, BigInteger microjoules) {
    EnergyOverTime energy = new EnergyOverTime();
    energy.add(begin, microjoules);
    return energy;
  }

  /**
   * @param begin of the bucket
   */
  public void add(Instant begin, BigInteger more) {
    if (more.signum() != 0) {
      microjoules.merge(begin, more, BigInteger::add);
    }
  }

  public void add(EnergyOverTime other) {
    other.microjoules.forEach(this::add);
  }

  /** Buckets that have energy, by their begin. */
  public NavigableMap<Instant, BigInteger> microjoules() {
    return microjoules;
  }

  public BigInteger total() {
    return microjoules.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
  }
}
