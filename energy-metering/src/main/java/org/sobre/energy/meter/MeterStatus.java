package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.energy.ledger.MeterId;
import org.sobre.hardware.units.Reading.Reason;

/**
 * Whether a meter can be read.
 *
 * @param source {@code powercap}, {@code nvidia-smi}, {@code amdgpu-hwmon}
 * @param missing why it gives nothing now; absent while it can be read
 */
public record MeterStatus(MeterId meter, String source, Optional<Reason> missing) {

  public MeterStatus {
    requireNonNull(meter, "meter");
    requireNonNull(source, "source");
    requireNonNull(missing, "missing");
  }
}
