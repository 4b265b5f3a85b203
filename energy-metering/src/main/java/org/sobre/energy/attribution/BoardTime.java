package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.sobre.energy.ledger.JobLine;

/**
 * For how long a run held a board, or a part of it, and how much of that time was its own.
 *
 * @param heldNanos from 0
 * @param ownBillionths of nanoseconds: the time held, each stretch weighed by which part of the
 *     board was the run's; from 0 to all of it
 */
public record BoardTime(long heldNanos, BigInteger ownBillionths) {

  public static final BoardTime NONE = new BoardTime(0, BigInteger.ZERO);

  private static final BigDecimal LEAST = BigDecimal.ONE.movePointLeft(JobLine.FRACTION_DECIMALS);

  public BoardTime {
    requireNonNull(ownBillionths, "ownBillionths");
    if (heldNanos < 0
        || ownBillionths.signum() < 0
        || ownBillionths.compareTo(whole(heldNanos)) > 0) {
      throw new IllegalArgumentException(
          "expected own time of at most the time held, found " + ownBillionths + ", " + heldNanos);
    }
  }

  /** Of a run that had this part of the board all the time. */
  public static BoardTime of(long heldNanos, long billionths) {
    return new BoardTime(
        heldNanos, BigInteger.valueOf(heldNanos).multiply(BigInteger.valueOf(billionths)));
  }

  /**
   * What {@link #fractionOf} told of: the least there stands for nothing at all.
   *
   * @param nanos over which the fraction was told
   */
  public static BoardTime ofFraction(long nanos, BigDecimal fraction) {
    long billionths = fraction.movePointRight(JobLine.FRACTION_DECIMALS).longValueExact();
    return of(nanos, fraction.compareTo(LEAST) == 0 ? 0 : billionths);
  }

  public BoardTime plus(BoardTime other) {
    return new BoardTime(
        Math.addExact(heldNanos, other.heldNanos), ownBillionths.add(other.ownBillionths));
  }

  /** Whether nobody else ever had a part of it. */
  public boolean isWhole() {
    return ownBillionths.equals(whole(heldNanos));
  }

  /**
   * The mean of what was the run's over a time that has all of this, rounded down: the fractions of
   * those who shared a board never sum to more than it. A ledger has no fraction of nothing, so
   * that a run which had none of its time has a billionth.
   *
   * @param nanos at least {@link #heldNanos}
   */
  public BigDecimal fractionOf(long nanos) {
    if (nanos == 0) {
      return BigDecimal.ONE;
    }
    BigInteger billionths = ownBillionths.divide(BigInteger.valueOf(nanos));
    return new BigDecimal(billionths, JobLine.FRACTION_DECIMALS).max(LEAST);
  }

  private static BigInteger whole(long nanos) {
    return BigInteger.valueOf(nanos).multiply(BigInteger.valueOf(Holding.WHOLE_BILLIONTHS));
  }
}
