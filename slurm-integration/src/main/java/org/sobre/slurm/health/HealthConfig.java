package org.sobre.slurm.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.sobre.hardware.config.YamlSection;

/**
 * The {@code health:} section of sobre.yaml.
 *
 * @param policy what is done with a node that has a cause
 * @param heat for how long a card must have been slowed by its temperature before that is a cause;
 *     1 minute to 1 day
 * @param interval between two looks at the cards, 1 s to 1 min
 */
public record HealthConfig(HealthPolicy policy, Duration heat, Duration interval) {

  private static final HealthPolicy DEFAULT_POLICY = HealthPolicy.DRAIN;
  private static final long DEFAULT_HEAT_MINUTES = 10;
  private static final long MOST_HEAT_MINUTES = 1440;
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  /** The health check takes a state for that of a dead daemon after two minutes. */
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

  public HealthConfig {
    requireNonNull(policy, "policy");
    if (heat.compareTo(Duration.ofMinutes(1)) < 0
        || heat.compareTo(Duration.ofMinutes(MOST_HEAT_MINUTES)) > 0) {
      throw new IllegalArgumentException("heat must be 1 minute to 1 day, found " + heat);
    }
    if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
      throw new IllegalArgumentException("interval must be 1 s to 1 min, found " + interval);
    }
  }

  /** Problems are collected in the section, not thrown. */
  public static HealthConfig from(YamlSection section) {
    Optional<String> policy = section.oneOf("policy", HealthPolicy.words());
    long minutes =
        section.integer("heatMinutes", 1, MOST_HEAT_MINUTES).orElse(DEFAULT_HEAT_MINUTES);
    Optional<Duration> interval = section.duration("interval", SHORTEST_INTERVAL, LONGEST_INTERVAL);
    section.refuseUnknownKeys();
    return new HealthConfig(
        policy.map(HealthPolicy::ofWord).orElse(DEFAULT_POLICY),
        Duration.ofMinutes(minutes),
        interval.orElse(DEFAULT_INTERVAL));
  }
}
