package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Optional;

/**
 * For how long a machine or card serves.
 *
 * @param years of service at this site
 * @param extendedYears of a second-hand one: its whole life, of the first owner's and this site's
 *     years; what making it emitted is spread over them
 * @param purchased the year in which this site got it: after that and {@code years} nothing is left
 *     to be spread. Absent: it is taken to be within its life
 */
public record Life(Factor years, Optional<Factor> extendedYears, Optional<Integer> purchased) {

  /** As in prices and embodied carbon per hour: of a year of 365 days. */
  public static final BigDecimal HOURS_A_YEAR = new BigDecimal(8760);

  public Life {
    requireNonNull(years, "years");
    requireNonNull(extendedYears, "extendedYears");
    requireNonNull(purchased, "purchased");
    if (extendedYears.isPresent() && extendedYears.get().value().compareTo(years.value()) < 0) {
      throw new IllegalArgumentException(
          "expected an extended life of "
              + years.value()
              + " years or more, found "
              + extendedYears.get().value());
    }
  }

  /** Hours over which the price that this site paid is spread. */
  BigDecimal hoursHere() {
    return years.value().multiply(HOURS_A_YEAR);
  }

  /** Hours over which what making it emitted is spread. */
  BigDecimal hoursInAll() {
    return extendedYears.orElse(years).value().multiply(HOURS_A_YEAR);
  }

  /** Whether all of it has been spread by then. */
  boolean isOver(LocalDate day) {
    int whole = years.value().setScale(0, RoundingMode.CEILING).intValueExact();
    return purchased.map(year -> day.getYear() >= year + whole).orElse(false);
  }
}
