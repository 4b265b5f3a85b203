package org.sobre.energy.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BoardTimeTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long YEAR = 366L * 86_400 * SECOND;
  private static final BigInteger BILLION = BigInteger.valueOf(SECOND);

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 300));
  }

  /** Stretches of up to a year, one after another, against whole numbers of any size. */
  @ParameterizedTest
  @MethodSource("seeds")
  void addsUpToTheBillionthOfANanosecond(long seed) {
    Random random = new Random(seed);
    BoardTime sum = BoardTime.NONE;
    BigInteger own = BigInteger.ZERO;
    for (int i = 0; i < 20; i++) {
      long nanos = Math.floorMod(random.nextLong(), random.nextBoolean() ? YEAR : 2 * SECOND);
      long whole = SECOND * (1 + random.nextInt(64)) + random.nextInt(1_000);
      long parts = 1 + Math.floorMod(random.nextLong(), whole);
      sum = sum.plus(BoardTime.of(nanos, parts, whole));
      own =
          own.add(
              BigInteger.valueOf(nanos)
                  .multiply(BILLION)
                  .multiply(BigInteger.valueOf(parts))
                  .divide(BigInteger.valueOf(whole)));
    }
    BigInteger[] exact = own.divideAndRemainder(BILLION);
    assertThat(sum.ownNanos()).as("seed %d", seed).isEqualTo(exact[0].longValueExact());
    assertThat(sum.ownBillionths()).as("seed %d", seed).isEqualTo(exact[1].longValueExact());
  }

  @Test
  void aThirdAndTwoThirdsAreWhatTheyAreOverTheTime() {
    BoardTime time = BoardTime.of(SECOND, 1, 3).plus(BoardTime.of(SECOND, 2, 3));
    assertThat(time.isWhole()).isFalse();
    assertThat(time.fractionOf(2 * SECOND)).isEqualTo(new BigDecimal("0.499999999"));
    assertThat(BoardTime.of(SECOND, 8, 8).isWhole()).isTrue();
    assertThat(BoardTime.of(SECOND, 8, 8).fractionOf(SECOND)).isEqualByComparingTo("1");
  }

  @Test
  void nobodyHadMoreOfABoardThanTheTimeThatHeHeldIt() {
    assertThatThrownBy(() -> new BoardTime(5, 5, 1)).hasMessageContaining("at most the time held");
    assertThatThrownBy(() -> new BoardTime(5, 6, 0)).hasMessageContaining("at most the time held");
    assertThatThrownBy(() -> new BoardTime(5, 4, SECOND))
        .hasMessageContaining("at most the time held");
  }
}
