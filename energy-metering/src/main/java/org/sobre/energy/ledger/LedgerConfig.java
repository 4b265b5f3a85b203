package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * The section {@code ledger} of sobre.yaml.
 *
 * @param directory of the ledger, shared by all nodes and the controller; default
 *     /var/lib/sobre/ledger
 * @param checkpoint how often the running state goes to the ledger's directory; default 60 s
 */
public record LedgerConfig(Path directory, Duration checkpoint) {

  private static final Path DEFAULT_DIRECTORY = Path.of("/var/lib/sobre/ledger");
  private static final Duration DEFAULT_CHECKPOINT = Duration.ofSeconds(60);

  public LedgerConfig {
    requireNonNull(directory, "directory");
    requireNonNull(checkpoint, "checkpoint");
  }

  /** What is wrong is added to the section's problems and reads as the default. */
  public static LedgerConfig from(YamlSection section) {
    LedgerConfig config =
        new LedgerConfig(
            section.value("directory", ScalarType.absolutePath()).orElse(DEFAULT_DIRECTORY),
            section
                .duration("checkpoint", Duration.ofSeconds(1), Duration.ofHours(1))
                .orElse(DEFAULT_CHECKPOINT));
    section.reserved("spoolMax", ScalarType.memorySize());
    section.refuseUnknownKeys();
    return config;
  }
}
