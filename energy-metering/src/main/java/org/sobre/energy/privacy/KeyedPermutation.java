package org.sobre.energy.privacy;

import java.util.function.LongPredicate;

/**
 * A permutation of the numbers below a power of four, which nobody computes without the key: a
 * balanced Feistel network, the form of NIST SP 800-38G, over HMAC-SHA256. No two numbers become
 * one, without a table of those that were. Pure.
 */
final class KeyedPermutation {

  private static final int ROUNDS = 10;

  private final KeyedHash hash;
  private final String purpose;
  private final int half;
  private final long mask;

  /**
   * @param purpose another one gives another permutation
   * @param bits of the numbers: even, at most 60
   */
  KeyedPermutation(KeyedHash hash, String purpose, int bits) {
    this.hash = hash;
    this.purpose = purpose;
    this.half = bits / 2;
    this.mask = (1L << half) - 1;
  }

  long of(long number) {
    long left = number >>> half;
    long right = number & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (hash.number(purpose + round, right) & mask);
      left = right;
      right = next;
    }
    return left << half | right;
  }

  /** The permutation of those only for which a condition holds, as it does for this one. */
  long within(long number, LongPredicate condition) {
    long next = of(number);
    while (!condition.test(next)) {
      next = of(next);
    }
    return next;
  }
}
