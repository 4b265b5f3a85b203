package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.energy.ledger.MeterId;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Whether a meter can be read.
 *
 * @param source {@code powercap}, {@code nvidia-smi}, {@code amdgpu-hwmon} …
 * @param missing why it gives nothing now; absent while it can be read
 * @param within the meter that contains this one: the two are never added
 */
public record MeterStatus(
    MeterId meter, String source, Optional<Reason> missing, Optional<MeterId> within) {

  public MeterStatus {
    requireNonNull(meter, "meter");
    requireNonNull(source, "source");
    requireNonNull(missing, "missing");
    requireNonNull(within, "within");
    if (within.equals(Optional.of(meter))) {
      throw new IllegalArgumentException(meter + " must not contain itself");
    }
  }

  /** Of a meter that none is known to contain. */
  public MeterStatus(MeterId meter, String source, Optional<Reason> missing) {
    this(meter, source, missing, Optional.empty());
  }

  /** The same, within that one unless it is within another already. */
  public MeterStatus inside(MeterId whole) {
    return within.isPresent() || meter.equals(whole)
        ? this
        : new MeterStatus(meter, source, missing, Optional.of(whole));
  }
}
