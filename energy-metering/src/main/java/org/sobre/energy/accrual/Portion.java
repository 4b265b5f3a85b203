package org.sobre.energy.accrual;

/** What of one interval is a run's, summed over the interval's stretches; then used again. */
final class Portion {

  private long microjoules;
  private long heldNanos;
  private long ownNanos;
  private boolean floorWasKnown;
  private long staticMicrojoules;
  private long cpuTimeMicrojoules;

  /**
   * @param heldNanos more than 0
   * @param ownNanos that time, weighed by which part of the meter was the run's
   */
  void add(long microjoules, long heldNanos, long ownNanos) {
    this.microjoules += microjoules;
    this.heldNanos += heldNanos;
    this.ownNanos += ownNanos;
  }

  /** As {@link org.sobre.energy.attribution.Recipients#cpuBasis} tells. */
  void addBasis(long staticPart, long cpuTime) {
    floorWasKnown = true;
    staticMicrojoules += staticPart;
    cpuTimeMicrojoules += cpuTime;
  }

  void clear() {
    microjoules = 0;
    heldNanos = 0;
    ownNanos = 0;
    floorWasKnown = false;
    staticMicrojoules = 0;
    cpuTimeMicrojoules = 0;
  }

  boolean isNothing() {
    return heldNanos == 0;
  }

  long microjoules() {
    return microjoules;
  }

  long heldNanos() {
    return heldNanos;
  }

  /** Whether any of it was told apart as follows. */
  boolean floorWasKnown() {
    return floorWasKnown;
  }

  long staticMicrojoules() {
    return staticMicrojoules;
  }

  long cpuTimeMicrojoules() {
    return cpuTimeMicrojoules;
  }

  /** That time, weighed by which part of the meter was the run's. */
  long ownNanos() {
    return ownNanos;
  }

  /** Whether the run had all of the meter, all the time that it held it. */
  boolean isWhole() {
    return ownNanos == heldNanos;
  }
}
