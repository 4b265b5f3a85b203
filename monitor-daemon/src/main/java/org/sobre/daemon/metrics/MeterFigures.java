package org.sobre.daemon.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Reading.Reason;

/**
 * What one meter has told since the daemon started.
 *
 * @param source how it is read now
 * @param missing why it gives nothing now; absent while it can be read
 * @param microjoules drawn, by quality; a quality that never was is an absent key
 * @param observedNanos for how long it was seen
 * @param missingNanos for how long it gave nothing, by reason
 * @param milliwatts the mean of about the last second; absent while it is not seen
 */
public record MeterFigures(
    MeterId meter,
    String source,
    Optional<Reason> missing,
    Map<Quality, Long> microjoules,
    long observedNanos,
    Map<Reason, Long> missingNanos,
    OptionalLong milliwatts) {

  public MeterFigures {
    requireNonNull(meter, "meter");
    requireNonNull(source, "source");
    requireNonNull(missing, "missing");
    microjoules = Map.copyOf(microjoules);
    missingNanos = Map.copyOf(missingNanos);
    requireNonNull(milliwatts, "milliwatts");
  }

  /** The same with the power of the last second. */
  public MeterFigures withMilliwatts(OptionalLong now) {
    return new MeterFigures(meter, source, missing, microjoules, observedNanos, missingNanos, now);
  }
}
