package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
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
 */
public record MeteredInterval(
    MeterId meter,
    long fromNanos,
    long toNanos,
    Energy energy,
    Quality quality,
    Optional<Load> load) {

  /**
   * How a device was used. Each figure is absent where the device does not tell it: a card in
   * partition mode has no utilisation, and is then neither busy nor idle.
   *
   * @param busy whether the device did anything: utilisation above 0 %
   * @param memoryUsedMebibytes video memory in use
   * @param powerMilliwatts as read at the end of the interval
   * @param busyPercent utilisation as read then; a checkpoint does not keep it
   */
  public record Load(
      Optional<Boolean> busy,
      OptionalLong memoryUsedMebibytes,
      OptionalLong powerMilliwatts,
      OptionalInt busyPercent) {
    public Load {
      requireNonNull(busy, "busy");
      requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
      requireNonNull(powerMilliwatts, "powerMilliwatts");
      requireNonNull(busyPercent, "busyPercent");
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
  public Energy energyUntil(long nanos) {
    if (nanos < fromNanos || nanos > toNanos) {
      throw new IllegalArgumentException(
          "expected an instant from " + fromNanos + " to " + toNanos + ", found " + nanos);
    }
    return Energy.ofMicrojoules(
        BigInteger.valueOf(energy.microjoules())
            .multiply(BigInteger.valueOf(nanos - fromNanos))
            .divide(BigInteger.valueOf(nanos()))
            .longValueExact());
  }

  /** The part before an instant strictly inside the interval. */
  public MeteredInterval before(long nanos) {
    return new MeteredInterval(meter, fromNanos, nanos, energyUntil(nanos), quality, load);
  }

  /**
   * The part from an instant strictly inside the interval; with {@link #before} it is the whole.
   */
  public MeteredInterval after(long nanos) {
    return new MeteredInterval(
        meter, nanos, toNanos, energy.minus(energyUntil(nanos)), quality, load);
  }
}
