package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;

/**
 * What one meter saw between two instants of the node's uptime clock. A time in which the meter was
 * not seen has no interval.
 *
 * @param fromNanos since boot, as in the spool files
 * @param toNanos larger than {@code fromNanos}
 * @param load of the device over the interval where it can be read (GPUs)
 * @param beside the same energy as the card's other way of telling has it, which is not booked:
 *     integrated power where {@code energy} is a counter's, the counter's where that is not
 *     trusted; absent where there is one way
 */
public record MeteredInterval(
    MeterId meter,
    long fromNanos,
    long toNanos,
    Energy energy,
    Quality quality,
    Optional<Load> load,
    Optional<Energy> beside) {

  /** Of a meter that has one way of telling. */
  public MeteredInterval(
      MeterId meter,
      long fromNanos,
      long toNanos,
      Energy energy,
      Quality quality,
      Optional<Load> load) {
    this(meter, fromNanos, toNanos, energy, quality, load, Optional.empty());
  }

  /**
   * How a device was used. Each figure is absent where the device does not tell it: a card in
   * partition mode has no utilisation, and is then neither busy nor idle.
   *
   * @param busy whether the device did anything: utilisation above 0 %
   * @param memoryUsedMebibytes video memory in use
   * @param powerMilliwatts as read at the end of the interval
   * @param busyPercent utilisation as read then
   * @param celsius temperature of the chip as read then; a checkpoint does not keep it
   */
  public record Load(
      Optional<Boolean> busy,
      OptionalLong memoryUsedMebibytes,
      OptionalLong powerMilliwatts,
      OptionalInt busyPercent,
      OptionalInt celsius) {
    public Load {
      requireNonNull(busy, "busy");
      requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
      requireNonNull(powerMilliwatts, "powerMilliwatts");
      requireNonNull(busyPercent, "busyPercent");
      requireNonNull(celsius, "celsius");
    }

    /** Of a device whose temperature is not told. */
    public Load(
        Optional<Boolean> busy,
        OptionalLong memoryUsedMebibytes,
        OptionalLong powerMilliwatts,
        OptionalInt busyPercent) {
      this(busy, memoryUsedMebibytes, powerMilliwatts, busyPercent, OptionalInt.empty());
    }

    /** Of a device whose utilisation is not told as a figure. */
    public Load(
        Optional<Boolean> busy, OptionalLong memoryUsedMebibytes, OptionalLong powerMilliwatts) {
      this(busy, memoryUsedMebibytes, powerMilliwatts, OptionalInt.empty());
    }
  }

  public MeteredInterval {
    requireNonNull(meter, "meter");
    requireNonNull(energy, "energy");
    requireNonNull(quality, "quality");
    requireNonNull(load, "load");
    requireNonNull(beside, "beside");
    if (toNanos <= fromNanos) {
      throw new IllegalArgumentException(
          "an interval must have a length: " + fromNanos + " to " + toNanos);
    }
  }

  public long nanos() {
    return toNanos - fromNanos;
  }

  /**
   * The energy up to an instant, by linear share of time, rounded down to the microjoule. Cutting
   * at several instants and taking differences gives parts that sum to the whole exactly.
   *
   * @param nanos from {@link #fromNanos} to {@link #toNanos}, both included
   */
  public long microjoulesUntil(long nanos) {
    if (nanos < fromNanos || nanos > toNanos) {
      throw new IllegalArgumentException(
          "expected an instant from " + fromNanos + " to " + toNanos + ", found " + nanos);
    }
    return until(nanos, energy);
  }

  private long until(long nanos, Energy whole) {
    return nanos == toNanos
        ? whole.microjoules()
        : Proportion.of(whole.microjoules(), nanos - fromNanos, nanos());
  }

  /** The same, with what the device's other way of telling has for it. */
  MeteredInterval withBeside(Energy other) {
    return new MeteredInterval(
        meter, fromNanos, toNanos, energy, quality, load, Optional.of(other));
  }

  /** The part before an instant strictly inside the interval. */
  public MeteredInterval before(long nanos) {
    return new MeteredInterval(
        meter,
        fromNanos,
        nanos,
        Energy.ofMicrojoules(microjoulesUntil(nanos)),
        quality,
        load,
        beside.map(whole -> Energy.ofMicrojoules(until(nanos, whole))));
  }

  /**
   * The part from an instant strictly inside the interval; with {@link #before} it is the whole.
   */
  public MeteredInterval after(long nanos) {
    return new MeteredInterval(
        meter,
        nanos,
        toNanos,
        Energy.ofMicrojoules(energy.microjoules() - microjoulesUntil(nanos)),
        quality,
        load,
        beside.map(whole -> Energy.ofMicrojoules(whole.microjoules() - until(nanos, whole))));
  }
}
