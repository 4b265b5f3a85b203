package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * How fast, and for how much energy and money, declared work was done: six digits each.
 *
 * @param perSecond of the jobs' time
 * @param perJoule of their energy, without the room's overhead; absent where none was seen
 * @param perEuro of what that energy cost; absent without a price
 * @param perSecondPerEuro the speed over that cost to a millionth, as the contract has it since
 *     ever
 * @param euroPerMillion the cost of a million
 */
public record WorkRates(
    Optional<BigDecimal> perSecond,
    Optional<BigDecimal> perJoule,
    Optional<BigDecimal> perEuro,
    Optional<BigDecimal> perSecondPerEuro,
    Optional<BigDecimal> euroPerMillion) {

  /** Of who declared nothing. */
  public static final WorkRates NONE =
      new WorkRates(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final BigDecimal MILLION = new BigDecimal(1_000_000);
  private static final MathContext RATE = new MathContext(6, RoundingMode.HALF_UP);

  public WorkRates {
    requireNonNull(perSecond, "perSecond");
    requireNonNull(perJoule, "perJoule");
    requireNonNull(perEuro, "perEuro");
    requireNonNull(perSecondPerEuro, "perSecondPerEuro");
    requireNonNull(euroPerMillion, "euroPerMillion");
  }

  /**
   * @param done items or tokens
   * @param euros that the energy cost; absent without a price
   */
  static WorkRates of(
      long done, BigDecimal seconds, BigDecimal joules, Optional<BigDecimal> euros) {
    BigDecimal work = BigDecimal.valueOf(done);
    Optional<BigDecimal> perSecond = over(work, seconds);
    return new WorkRates(
        perSecond,
        over(work, joules),
        euros.flatMap(cost -> over(work, cost)),
        euros.map(RowSum::rounded).flatMap(cost -> perSecond.flatMap(speed -> over(speed, cost))),
        euros.flatMap(cost -> over(cost.multiply(MILLION), work)));
  }

  private static Optional<BigDecimal> over(BigDecimal amount, BigDecimal per) {
    return per.signum() <= 0 ? Optional.empty() : Optional.of(amount.divide(per, RATE));
  }
}
