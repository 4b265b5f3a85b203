package org.sobre.energy.accrual;

import java.util.Optional;
import org.sobre.energy.ledger.CpuBasis;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;

/** A job's part of one meter, which grows. */
final class Share {

  private final EnergySum energy = new EnergySum();
  private boolean loadWasRead;
  private long idleMicrojoules;
  private long observedNanos;
  private boolean floorWasKnown;
  private long staticMicrojoules;
  private long cpuTimeMicrojoules;

  /**
   * As a line tells.
   *
   * @param observedMillis for how long the meter was seen while the job held its part
   */
  static Share of(
      EnergyByQuality energy,
      Optional<Energy> idle,
      Optional<CpuBasis> basis,
      long observedMillis) {
    Share share = new Share();
    share.energy.add(energy);
    share.loadWasRead = idle.isPresent();
    share.idleMicrojoules = idle.map(Energy::microjoules).orElse(0L);
    share.observedNanos = MeterTally.nanos(observedMillis);
    share.floorWasKnown = basis.isPresent();
    share.staticMicrojoules = basis.map(CpuBasis::staticPart).orElse(Energy.ZERO).microjoules();
    share.cpuTimeMicrojoules = basis.map(CpuBasis::cpuTime).orElse(Energy.ZERO).microjoules();
    return share;
  }

  /**
   * @param busy whether the job used the device; absent where load was not read, or is not this
   *     job's alone
   */
  void add(Quality quality, Portion portion, Optional<Boolean> busy) {
    energy.add(quality, portion.microjoules());
    observedNanos = Math.addExact(observedNanos, portion.heldNanos());
    floorWasKnown |= portion.floorWasKnown();
    staticMicrojoules += portion.staticMicrojoules();
    cpuTimeMicrojoules += portion.cpuTimeMicrojoules();
    if (busy.isPresent()) {
      loadWasRead = true;
      idleMicrojoules += busy.get() ? 0 : portion.microjoules();
    }
  }

  EnergyByQuality energy() {
    return energy.asLine();
  }

  /** The part of it drawn while the device did nothing; absent where that was never known. */
  Optional<Energy> idle() {
    return loadWasRead ? Optional.of(Energy.ofMicrojoules(idleMicrojoules)) : Optional.empty();
  }

  /** Absent where all of it went by reserved processors. */
  Optional<CpuBasis> basis() {
    return floorWasKnown
        ? Optional.of(
            new CpuBasis(
                Energy.ofMicrojoules(staticMicrojoules), Energy.ofMicrojoules(cpuTimeMicrojoules)))
        : Optional.empty();
  }

  long observedNanos() {
    return observedNanos;
  }

  /** Whether the meter saw nothing of the job. */
  boolean isNothing() {
    return observedNanos == 0 && energy.isZero();
  }
}
