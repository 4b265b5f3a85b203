package org.sobre.accounting.store;

import java.nio.file.Path;
import java.util.Optional;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * The section {@code store} of sobre.yaml.
 *
 * @param url of the accounting database, {@code jdbc:sqlite:FILE} on a local disk; default
 *     /var/lib/sobre/accounting.db
 * @param snapshots where a copy of it is published for readers on other machines; absent: nowhere
 */
public record StoreConfig(String url, Optional<Path> snapshots) {

  /** The only database that is spoken. */
  public static final String SQLITE = "jdbc:sqlite:";

  private static final String DEFAULT_URL = SQLITE + "/var/lib/sobre/accounting.db";

  public static StoreConfig from(YamlSection section) {
    ScalarType<String> sqliteFile =
        ScalarType.of(SQLITE + "FILE", url -> Optional.of(url).filter(StoreConfig::isUsable));
    StoreConfig config =
        new StoreConfig(
            section.value("url", sqliteFile).orElse(DEFAULT_URL),
            section.value("snapshots", ScalarType.absolutePath()));
    section.refuseUnknownKeys();
    return config;
  }

  /** Whether a URL names a SQLite file. */
  public static boolean isUsable(String url) {
    return url.startsWith(SQLITE) && url.length() > SQLITE.length();
  }
}
