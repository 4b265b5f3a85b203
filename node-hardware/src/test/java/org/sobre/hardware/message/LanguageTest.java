package org.sobre.hardware.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LanguageTest {

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 100));
  }

  /** Against the JVM's own, which knows the signs of each locale. */
  @ParameterizedTest
  @MethodSource("seeds")
  void writesNumbersAsTheLocaleDoes(long seed) {
    Random random = new Random(seed);
    for (Language language : Language.values()) {
      int decimals = random.nextInt(4);
      BigInteger digits = new BigInteger(random.nextInt(90), random);
      BigDecimal value =
          new BigDecimal(random.nextBoolean() ? digits : digits.negate(), random.nextInt(12));
      DecimalFormat format =
          new DecimalFormat("0", DecimalFormatSymbols.getInstance(language.locale()));
      format.setMinimumFractionDigits(decimals);
      format.setMaximumFractionDigits(decimals);
      format.setRoundingMode(RoundingMode.HALF_UP);
      assertThat(language.rounded(value, decimals))
          .as("seed %d, %s, %s", seed, language, value)
          .isEqualTo(format.format(value));
    }
  }
}
