package org.sobre.energy.ledger;

import java.nio.file.Path;
import java.time.Duration;
import org.sobre.hardware.config.YamlSection;

/**
 * The section {@code ledger} of sobre.yaml.
 *
 * @param directory of the ledger, shared by all nodes and the controller; default
 *     /var/lib/sobre/ledger
 * @param checkpoint how often the running state goes to the ledger's directory; default 60 s
 */
public record LedgerConfig(Path directory, Duration checkpoint) {

  private static final Duration DEFAULT_CHECKPOINT = Duration.ofSeconds(60);

  public static LedgerConfig from(YamlSection section) {
    String directory = section.string("directory").orElse("/var/lib/sobre/ledger");
    if (!directory.startsWith("/")) {
      section.problem("directory", "expected an absolute path, found \"" + directory + "\"");
    }
    Duration checkpoint =
        section
            .duration("checkpoint", Duration.ofSeconds(1), Duration.ofHours(1))
            .orElse(DEFAULT_CHECKPOINT);
    section.refuseUnknownKeys();
    return new LedgerConfig(Path.of(directory), checkpoint);
  }
}
