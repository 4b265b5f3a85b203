package org.sobre.jobs.models;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * The section {@code models} of sobre.yaml.
 *
 * @param path of the site's model store; absent where there is none
 * @param offline whether commands are to look for models nowhere else; default true
 * @param calibration directory in which the site shares what batches took; absent where it does not
 */
public record ModelsConfig(Optional<Path> path, boolean offline, Optional<Path> calibration) {

  /** Of a site that says nothing. */
  public static final ModelsConfig NONE =
      new ModelsConfig(Optional.empty(), true, Optional.empty());

  public ModelsConfig {
    requireNonNull(path, "path");
    requireNonNull(calibration, "calibration");
  }

  /** What is wrong is added to the section's problems and reads as the default. */
  public static ModelsConfig from(YamlSection section) {
    ModelsConfig config =
        new ModelsConfig(
            section.value("path", ScalarType.absolutePath()),
            section.bool("offline").orElse(true),
            section.value("calibration", ScalarType.absolutePath()));
    section.refuseUnknownKeys();
    return config;
  }
}
