package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
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
   * @param busy whether the device did anything: utilisation above 0 %
   * @param memoryUsedMebibytes video memory in use
   * @param powerMilliwatts as read at the end of the interval
   */
  public record Load(boolean busy, long memoryUsedMebibytes, long powerMilliwatts) {}

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
}
