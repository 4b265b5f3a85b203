package org.sobre.accounting.report.ranking;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/**
 * The middle of some numbers and how far they spread: of the sorted ones those at a quarter, half
 * and three quarters of the way from the first to the last, between two of them by straight line
 * (type 7 of Hyndman and Fan, what spreadsheets do); six digits.
 */
public record Quartiles(BigDecimal lower, BigDecimal median, BigDecimal upper) {

  private static final MathContext DIGITS = new MathContext(6, RoundingMode.HALF_UP);
  private static final BigDecimal QUARTERS = new BigDecimal(4);

  public Quartiles {
    requireNonNull(lower, "lower");
    requireNonNull(median, "median");
    requireNonNull(upper, "upper");
  }

  /**
   * @param numbers one or more, in any order
   */
  static Quartiles of(List<BigDecimal> numbers) {
    List<BigDecimal> sorted = numbers.stream().sorted().toList();
    return new Quartiles(at(sorted, 1), at(sorted, 2), at(sorted, 3));
  }

  private static BigDecimal at(List<BigDecimal> sorted, int quarter) {
    int way = (sorted.size() - 1) * quarter;
    BigDecimal below = sorted.get(way / 4);
    BigDecimal above = sorted.get(Math.min(way / 4 + 1, sorted.size() - 1));
    BigDecimal part = new BigDecimal(way % 4).divide(QUARTERS);
    return below.add(above.subtract(below).multiply(part)).round(DIGITS);
  }
}
