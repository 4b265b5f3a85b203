package org.sobre.hardware.units;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * A power, never negative.
 *
 * @param microwatts 10<sup>-6</sup> W, the unit of hwmon; nvidia-smi prints hundredths of a watt
 */
public record Power(long microwatts) implements Comparable<Power> {

  private static final BigDecimal MICRO = BigDecimal.valueOf(1_000_000);

  public Power {
    if (microwatts < 0) {
      throw new IllegalArgumentException("power must not be negative, found " + microwatts + " uW");
    }
  }

  /** Exact to the microwatt, half up below it. */
  public static Power ofWatts(BigDecimal watts) {
    return new Power(watts.multiply(MICRO).setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  public double watts() {
    return microwatts / 1e6;
  }

  public long milliwatts() {
    return microwatts / 1000;
  }

  /**
   * The energy of this power held for a time: 1 uW for 1 s is 1 uJ. Rounded half up to the
   * microjoule; the caller keeps one interval per sample so that the rounding error stays below
   * half a microjoule a sample.
   */
  public Energy over(Duration time) {
    BigDecimal product =
        BigDecimal.valueOf(microwatts).multiply(BigDecimal.valueOf(time.toNanos(), 9));
    return Energy.ofMicrojoules(product.setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  @Override
  public int compareTo(Power other) {
    return Long.compare(microwatts, other.microwatts);
  }

  @Override
  public String toString() {
    return microwatts + " uW";
  }
}
