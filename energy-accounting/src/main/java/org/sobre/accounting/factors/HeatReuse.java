package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;

/**
 * The share of the room's heat that warms something else.
 *
 * @param share above 0, at most 1
 * @param credit whether a report takes that share off the grams of use; else it is only shown
 */
public record HeatReuse(Factor share, boolean credit) {

  public HeatReuse {
    requireNonNull(share, "share");
    if (share.value().compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException("expected a share of at most 1, found " + share.value());
    }
  }

  /** What is left of the grams. */
  BigDecimal factor() {
    return credit ? BigDecimal.ONE.subtract(share.value()) : BigDecimal.ONE;
  }
}
