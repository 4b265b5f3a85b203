package org.sobre.accounting.store;

import java.math.BigInteger;

/**
 * Sums of energy by quality, exact and without bound: a fleet's microjoules of a few years do not
 * fit a long.
 *
 * @param counter microjoules, as the others
 */
public record QualitySums(BigInteger counter, BigInteger sampled, BigInteger modelled) {

  public static final QualitySums ZERO =
      new QualitySums(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

  static QualitySums of(long counter, long sampled, long modelled) {
    return (counter | sampled | modelled) == 0
        ? ZERO
        : new QualitySums(
            BigInteger.valueOf(counter), BigInteger.valueOf(sampled), BigInteger.valueOf(modelled));
  }

  public QualitySums plus(QualitySums other) {
    return new QualitySums(
        counter.add(other.counter), sampled.add(other.sampled), modelled.add(other.modelled));
  }

  /** Microjoules of all qualities. */
  public BigInteger total() {
    return counter.add(sampled).add(modelled);
  }
}
