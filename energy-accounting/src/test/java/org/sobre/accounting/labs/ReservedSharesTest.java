package org.sobre.accounting.labs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ReservedSharesTest {

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 500));
  }

  /** The parts sum to the whole, and each is within a microjoule of its exact share. */
  @ParameterizedTest
  @MethodSource("seeds")
  void partsSumToTheWhole(long seed) {
    Random random = new Random(seed);
    Map<String, BigInteger> reserved = new HashMap<>();
    int labs = 1 + random.nextInt(60);
    BigInteger all = BigInteger.ZERO;
    for (int lab = 0; lab < labs; lab++) {
      BigInteger amount =
          random.nextInt(5) == 0 ? BigInteger.ZERO : new BigInteger(1 + random.nextInt(60), random);
      reserved.put("lab" + lab, amount);
      all = all.add(amount);
    }
    BigInteger whole = new BigInteger(random.nextInt(70), random);
    if (all.signum() == 0) {
      assertThat(ReservedShares.of(whole, reserved)).isEmpty();
      return;
    }
    Map<String, BigInteger> parts = ReservedShares.of(whole, reserved).orElseThrow();
    assertThat(parts.keySet()).isEqualTo(reserved.keySet());
    assertThat(parts.values().stream().reduce(BigInteger.ZERO, BigInteger::add))
        .as("seed %d", seed)
        .isEqualTo(whole);
    for (Map.Entry<String, BigInteger> part : parts.entrySet()) {
      BigInteger has = reserved.getOrDefault(part.getKey(), BigInteger.ZERO);
      BigDecimal exact =
          new BigDecimal(whole.multiply(has)).divide(new BigDecimal(all), MathContext.DECIMAL128);
      assertThat(exact.subtract(new BigDecimal(part.getValue())).abs())
          .as("seed %d, %s", seed, part.getKey())
          .isLessThan(BigDecimal.ONE);
      assertThat(has.signum() > 0 || part.getValue().signum() == 0).isTrue();
    }
  }

  @Test
  void theRestGoesToTheLargestRemainderAndThenByName() {
    assertThat(
            ReservedShares.of(
                BigInteger.TEN,
                Map.of("b", BigInteger.ONE, "a", BigInteger.ONE, "c", BigInteger.ONE)))
        .hasValueSatisfying(
            parts ->
                assertThat(parts)
                    .containsExactly(
                        Map.entry("a", BigInteger.valueOf(4)),
                        Map.entry("b", BigInteger.valueOf(3)),
                        Map.entry("c", BigInteger.valueOf(3))));
  }

  @Test
  void refusesLessThanNothing() {
    assertThatThrownBy(() -> ReservedShares.of(BigInteger.ONE.negate(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
