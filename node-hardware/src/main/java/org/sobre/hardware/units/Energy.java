package org.sobre.hardware.units;

/**
 * An amount of energy, never negative.
 *
 * @param microjoules 10<sup>-6</sup> J, the unit of the kernel's powercap counters and of the
 *     ledger; a long holds 2.5 GWh
 */
public record Energy(long microjoules) implements Comparable<Energy> {

  public static final Energy ZERO = new Energy(0);

  public Energy {
    if (microjoules < 0) {
      throw new IllegalArgumentException(
          "energy must not be negative, found " + microjoules + " uJ");
    }
  }

  public static Energy ofMicrojoules(long microjoules) {
    return microjoules == 0 ? ZERO : new Energy(microjoules);
  }

  /**
   * @throws ArithmeticException if the sum exceeds a long
   */
  public Energy plus(Energy other) {
    return new Energy(Math.addExact(microjoules, other.microjoules));
  }

  /**
   * @throws IllegalArgumentException if {@code other} is larger than this
   */
  public Energy minus(Energy other) {
    return new Energy(Math.subtractExact(microjoules, other.microjoules));
  }

  public boolean isZero() {
    return microjoules == 0;
  }

  public double joules() {
    return microjoules / 1e6;
  }

  public double kilowattHours() {
    return microjoules / 3.6e12;
  }

  @Override
  public int compareTo(Energy other) {
    return Long.compare(microjoules, other.microjoules);
  }

  @Override
  public String toString() {
    return microjoules + " uJ";
  }
}
