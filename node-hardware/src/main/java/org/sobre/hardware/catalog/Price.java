package org.sobre.hardware.catalog;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What something cost at a time.
 *
 * @param amount above 0; of a card at its launch, or of an hour of a rented one
 * @param currency of ISO 4217: {@code USD}
 * @param date {@code 2020}, {@code 2020-09} or {@code 2020-09-17}
 * @param provider who rents it out; absent for a price of purchase
 */
public record Price(BigDecimal amount, String currency, String date, Optional<String> provider) {

  public Price {
    requireNonNull(amount, "amount");
    requireNonNull(currency, "currency");
    requireNonNull(date, "date");
    requireNonNull(provider, "provider");
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("expected a price above 0, found " + amount);
    }
  }
}
