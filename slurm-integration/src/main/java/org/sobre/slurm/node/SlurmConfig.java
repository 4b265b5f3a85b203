package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.config.YamlSection;

/**
 * The {@code slurm:} section of sobre.yaml.
 *
 * @param controller {@code host:port} of slurmctld; absent on a machine that publishes nothing
 * @param actOnNodes whether {@code sobre node register} may delete and drain node records; if not,
 *     it says what it would do
 */
public record SlurmConfig(Optional<String> controller, boolean actOnNodes) {

  private static final Pattern CONTROLLER =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*(:\\d{1,5})?");

  public SlurmConfig {
    requireNonNull(controller, "controller");
  }

  /** Problems are collected in the section, not thrown. */
  public static SlurmConfig from(YamlSection section) {
    Optional<String> controller = section.string("controller");
    Optional<String> wellFormed = controller.filter(c -> CONTROLLER.matcher(c).matches());
    if (controller.isPresent() && wellFormed.isEmpty()) {
      section.problem(
          "controller", "expected host:port, as ctl:6817, found \"" + controller.get() + "\"");
    }
    section.oneOf("delivery", List.of("dynamic"));
    SlurmConfig config = new SlurmConfig(wellFormed, section.bool("actOnNodes").orElse(true));
    section.refuseUnknownKeys();
    return config;
  }

  /** As {@link #from}, for a command that cannot do without a controller. */
  public static SlurmConfig requiringController(YamlSection section) {
    if (section.string("controller").isEmpty()) {
      section.problem(
          "controller", "this key is required and missing: host:port of slurmctld, as ctl:6817");
    }
    return from(section);
  }
}
