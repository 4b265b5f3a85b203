package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;

/**
 * A number that turns energy into something else, and where it is from.
 *
 * @param value above 0
 * @param source who says so
 * @param date of which day, month or year it is: {@code 2024}, {@code 2026-11}
 */
public record Factor(BigDecimal value, String source, String date) {

  public Factor {
    requireNonNull(value, "value");
    requireNonNull(source, "source");
    requireNonNull(date, "date");
    if (value.signum() <= 0) {
      throw new IllegalArgumentException("expected a factor above 0, found " + value);
    }
  }
}
