package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;

/**
 * What the site paid for a machine or card, spread evenly over its years of service there.
 *
 * @param euro in all
 */
public record Purchase(Factor euro, Life life) {

  public Purchase {
    requireNonNull(euro, "euro");
    requireNonNull(life, "life");
  }

  /** For each hour of its service, used or not; 0 when that is over. */
  public BigDecimal eurosPerHour(LocalDate day) {
    return life.isOver(day)
        ? BigDecimal.ZERO
        : euro.value().divide(life.hoursHere(), MathContext.DECIMAL128);
  }
}
