package org.sobre.accounting.factors;

/** How often a factor changes within a period, so that energy need not be asked for finer. */
public enum Granularity {
  /** Never: one sum of energy is enough. */
  CONSTANT,
  /** At midnights of the report's zone. */
  DAY,
  /** At hours. */
  HOUR;

  /** The finer of two. */
  public Granularity and(Granularity other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
