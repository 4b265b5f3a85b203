package org.sobre.energy.attribution;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.meter.Proportion;

/**
 * For how long a run held a board, or a part of it, and how much of that time was its own: each
 * stretch weighed by which part of the board was the run's.
 *
 * @param heldNanos from 0
 * @param ownNanos whole ones of its own time, which is at most the time held
 * @param ownBillionths of a nanosecond of its own time, beside them: 0 to 999999999
 */
public record BoardTime(long heldNanos, long ownNanos, long ownBillionths) {

  public static final BoardTime NONE = new BoardTime(0, 0, 0);

  private static final long BILLION = Holding.WHOLE_BILLIONTHS;
  private static final BigDecimal LEAST = BigDecimal.ONE.movePointLeft(JobLine.FRACTION_DECIMALS);

  public BoardTime {
    boolean fits = ownNanos < heldNanos || (ownNanos == heldNanos && ownBillionths == 0);
    if (ownNanos < 0 || ownBillionths < 0 || ownBillionths >= BILLION || !fits) {
      throw new IllegalArgumentException(
          "expected own time of at most the time held, found "
              + ownNanos
              + " ns and "
              + ownBillionths
              + ", "
              + heldNanos);
    }
  }

  /** Of a run that had so many parts of a whole board all the time; rounded down. */
  static BoardTime of(long heldNanos, long parts, long whole) {
    long own = Proportion.of(heldNanos, parts, whole);
    // What the division left, below the whole: products that overflow differ by it all the same.
    long left = heldNanos * parts - own * whole;
    return new BoardTime(heldNanos, own, Proportion.of(left, BILLION, whole));
  }

  /** Of a run that had this part of the board all the time. */
  public static BoardTime of(long heldNanos, long billionths) {
    return of(heldNanos, billionths, BILLION);
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
    long billionths = ownBillionths + other.ownBillionths;
    return new BoardTime(
        Math.addExact(heldNanos, other.heldNanos),
        ownNanos + other.ownNanos + billionths / BILLION,
        billionths % BILLION);
  }

  /** Whether nobody else ever had a part of it. */
  public boolean isWhole() {
    return ownNanos == heldNanos;
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
    BigInteger own =
        BigInteger.valueOf(ownNanos)
            .multiply(BigInteger.valueOf(BILLION))
            .add(BigInteger.valueOf(ownBillionths));
    BigInteger billionths = own.divide(BigInteger.valueOf(nanos));
    return new BigDecimal(billionths, JobLine.FRACTION_DECIMALS).max(LEAST);
  }
}
