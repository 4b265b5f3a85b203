package org.sobre.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProportionTest {

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  /** Also where the product has up to 126 bits. */
  @ParameterizedTest
  @MethodSource("seeds")
  void isExactWhateverTheSize(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      long amount = random.nextLong() >>> (1 + random.nextInt(63));
      long denominator = 1 + (random.nextLong() >>> (2 + random.nextInt(62)));
      long numerator = Math.floorMod(random.nextLong(), denominator + 1);
      BigInteger exact =
          BigInteger.valueOf(amount)
              .multiply(BigInteger.valueOf(numerator))
              .divide(BigInteger.valueOf(denominator));
      assertThat(Proportion.of(amount, numerator, denominator))
          .as("seed %d: %d * %d / %d", seed, amount, numerator, denominator)
          .isEqualTo(exact.longValueExact());
    }
  }

  /** Where a product is just below or above what a long holds, signed or not. */
  @Test
  void isExactWhereTheProductLeavesALong() {
    assertThat(Proportion.of(Long.MAX_VALUE, 1, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(Proportion.of(1L << 62, 2, 4)).isEqualTo(1L << 61);
    assertThat(Proportion.of(1L << 62, 4, 8)).isEqualTo(1L << 61);
    assertThat(Proportion.of(0, Long.MAX_VALUE, 7)).isZero();
  }

  @Test
  void whatALongDoesNotHoldIsNoResult() {
    assertThatThrownBy(() -> Proportion.of(Long.MAX_VALUE, 2, 1))
        .isInstanceOf(ArithmeticException.class);
  }
}
