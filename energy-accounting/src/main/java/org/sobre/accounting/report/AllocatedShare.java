package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.accounting.store.QualitySums;

/**
 * A row's share of what no job pays, under {@code allocation: by-reserved-share}.
 *
 * @param co2eGrams exact; absent without a factor, or where it lacks a value that was needed
 * @param costEuro as the grams
 */
public record AllocatedShare(
    QualitySums energy, Optional<BigDecimal> co2eGrams, Optional<BigDecimal> costEuro) {

  /** Of a row that shares in no month. */
  static final AllocatedShare NOTHING =
      new AllocatedShare(QualitySums.ZERO, Optional.empty(), Optional.empty());

  public AllocatedShare {
    requireNonNull(energy, "energy");
    requireNonNull(co2eGrams, "co2eGrams");
    requireNonNull(costEuro, "costEuro");
  }

  AllocatedShare plus(AllocatedShare other) {
    return new AllocatedShare(
        energy.plus(other.energy),
        both(co2eGrams, other.co2eGrams),
        both(costEuro, other.costEuro));
  }

  /** Of which one part is not known, the whole is not. */
  private static Optional<BigDecimal> both(Optional<BigDecimal> one, Optional<BigDecimal> other) {
    return one.isPresent() && other.isPresent()
        ? Stream.of(one.get(), other.get()).reduce(BigDecimal::add)
        : Optional.empty();
  }
}
