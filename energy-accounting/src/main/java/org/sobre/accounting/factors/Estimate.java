package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A year of machines that always draw the same, beside what making them emitted: for an order of
 * magnitude, where nothing is metered yet.
 *
 * @param machines that run, above 0
 * @param wattsPerMachine of each, all the time
 * @param hoursAYear that they run, at most 8784
 * @param gramsCo2ePerKilowattHour of the electricity
 * @param pue of the room, 1 or more
 */
public record Estimate(
    BigDecimal machines,
    BigDecimal wattsPerMachine,
    BigDecimal hoursAYear,
    BigDecimal gramsCo2ePerKilowattHour,
    BigDecimal pue) {

  private static final BigDecimal WATTS_PER_KILOWATT = new BigDecimal(1000);
  private static final BigDecimal GRAMS_PER_TONNE = new BigDecimal(1_000_000);

  /**
   * What making machines emitted.
   *
   * @param tonnesCo2e of all of them
   * @param machines that those tonnes are of: not always as many as run
   */
  public record Made(BigDecimal tonnesCo2e, BigDecimal machines) {

    public Made {
      requirePositive("tonnesCo2e", tonnesCo2e);
      requirePositive("machines", machines);
    }

    public BigDecimal tonnesPerMachine() {
      return tonnesCo2e.divide(machines, MathContext.DECIMAL128);
    }
  }

  public Estimate {
    requirePositive("machines", machines);
    requirePositive("wattsPerMachine", wattsPerMachine);
    requirePositive("hoursAYear", hoursAYear);
    requirePositive("gramsCo2ePerKilowattHour", gramsCo2ePerKilowattHour);
    requirePositive("pue", pue);
  }

  private static void requirePositive(String name, BigDecimal value) {
    requireNonNull(value, name);
    if (value.signum() <= 0) {
      throw new IllegalArgumentException(name + ": expected a number above 0, found " + value);
    }
  }

  /** The machines' own. */
  public BigDecimal kilowattHoursAYear() {
    return machines
        .multiply(wattsPerMachine)
        .multiply(hoursAYear)
        .divide(WATTS_PER_KILOWATT, MathContext.DECIMAL128);
  }

  /** With the room's overhead. */
  public BigDecimal tonnesAYear() {
    return kilowattHoursAYear()
        .multiply(pue)
        .multiply(gramsCo2ePerKilowattHour)
        .divide(GRAMS_PER_TONNE, MathContext.DECIMAL128);
  }

  public BigDecimal tonnesPerMachineAndYear() {
    return tonnesAYear().divide(machines, MathContext.DECIMAL128);
  }

  /**
   * How many years of use emit as much as making did, machine by machine: so it does not matter
   * that other machines run than were counted.
   */
  public BigDecimal yearsOfUse(Made made) {
    return made.tonnesPerMachine().divide(tonnesPerMachineAndYear(), MathContext.DECIMAL128);
  }
}
