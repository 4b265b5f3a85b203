package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A number that turns energy into something else, and where it is from.
 *
 * @param value above 0
 * @param source who says so
 * @param date of which day, month or year it is: {@code 2024}, {@code 2026-11}
 */
public record Factor(BigDecimal value, String source, String date) implements Rate {

  public Factor {
    requireNonNull(value, "value");
    requireNonNull(source, "source");
    requireNonNull(date, "date");
    if (value.signum() <= 0) {
      throw new IllegalArgumentException("expected a factor above 0, found " + value);
    }
  }

  @Override
  public Optional<BigDecimal> at(Instant instant, ZoneId zone) {
    return Optional.of(value);
  }

  @Override
  public Granularity granularity() {
    return Granularity.CONSTANT;
  }
}
