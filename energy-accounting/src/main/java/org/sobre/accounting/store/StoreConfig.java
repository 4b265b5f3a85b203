package org.sobre.accounting.store;

import org.sobre.hardware.config.YamlSection;

/**
 * The section {@code store} of sobre.yaml.
 *
 * @param url of the accounting database, {@code jdbc:sqlite:FILE} on a local disk; default
 *     /var/lib/sobre/accounting.db
 */
public record StoreConfig(String url) {

  /** The only database that is spoken. */
  public static final String SQLITE = "jdbc:sqlite:";

  private static final String DEFAULT_URL = SQLITE + "/var/lib/sobre/accounting.db";

  public static StoreConfig from(YamlSection section) {
    String url = section.string("url").orElse(DEFAULT_URL);
    if (!isUsable(url)) {
      section.problem("url", "expected " + SQLITE + "FILE, found \"" + url + "\"");
    }
    section.refuseUnknownKeys();
    return new StoreConfig(url);
  }

  /** Whether a URL names a SQLite file. */
  public static boolean isUsable(String url) {
    return url.startsWith(SQLITE) && url.length() > SQLITE.length();
  }
}
