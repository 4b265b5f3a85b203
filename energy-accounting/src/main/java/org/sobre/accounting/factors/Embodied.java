package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What making a machine or card emitted, spread evenly over its life.
 *
 * @param kilogramsCo2e in all
 * @param uncertaintyPercent the true value is within this, up and down, says the source; absent
 *     where it says nothing
 */
public record Embodied(Factor kilogramsCo2e, Optional<BigDecimal> uncertaintyPercent, Life life) {

  private static final BigDecimal GRAMS_PER_KILOGRAM = new BigDecimal(1000);

  public Embodied {
    requireNonNull(kilogramsCo2e, "kilogramsCo2e");
    requireNonNull(uncertaintyPercent, "uncertaintyPercent");
    requireNonNull(life, "life");
  }

  /** For each hour of its life, used or not; 0 when that is over. */
  public BigDecimal gramsPerHour(LocalDate day) {
    return life.isOver(day)
        ? BigDecimal.ZERO
        : kilogramsCo2e
            .value()
            .multiply(GRAMS_PER_KILOGRAM)
            .divide(life.hoursInAll(), MathContext.DECIMAL128);
  }
}
