package org.sobre.energy.meter;

import java.time.Duration;
import java.util.List;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * Section {@code meters} of sobre.yaml.
 *
 * @param interval between two readings of a meter, 200 ms to 10 s
 */
public record MetersConfig(Duration interval) {

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

  /** A meter silent for this many intervals was not seen: its energy over that time is unknown. */
  private static final int INTERVALS_IN_A_GAP = 3;

  public static MetersConfig from(YamlSection section) {
    Duration interval =
        section
            .duration("interval", Duration.ofMillis(200), Duration.ofSeconds(10))
            .orElse(DEFAULT_INTERVAL);
    section.reserved("counterTolerance", ScalarType.percentage());
    section.reserved("node", ScalarType.oneOf(List.of("auto", "off")));
    section.refuseUnknownKeys();
    return new MetersConfig(interval);
  }

  /** The longest time between two readings that still makes an interval. */
  public Duration longestInterval() {
    return interval.multipliedBy(INTERVALS_IN_A_GAP);
  }

  /**
   * How far behind now energy is attributed. No interval can be longer than {@link
   * #longestInterval()} and each is fetched within one more, so that everything before this is
   * known, and a mark of a job that is found a poll late still cuts exactly.
   */
  public Duration lag() {
    return longestInterval().plus(interval);
  }
}
