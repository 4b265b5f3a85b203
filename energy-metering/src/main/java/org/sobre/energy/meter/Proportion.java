package org.sobre.energy.meter;

import java.math.BigInteger;

/** Parts of whole numbers, exact whatever their size. */
public final class Proportion {

  private Proportion() {}

  /**
   * {@code amount * numerator / denominator}, rounded down.
   *
   * @param amount from 0, as the numerator
   * @param denominator from 1
   * @throws ArithmeticException if the result exceeds a long
   */
  public static long of(long amount, long numerator, long denominator) {
    // Nearly always the product fits: energies of seconds, parts of processors.
    if (Math.multiplyHigh(amount, numerator) == 0 && amount * numerator >= 0) {
      return amount * numerator / denominator;
    }
    return BigInteger.valueOf(amount)
        .multiply(BigInteger.valueOf(numerator))
        .divide(BigInteger.valueOf(denominator))
        .longValueExact();
  }
}
