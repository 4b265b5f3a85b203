package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/**
 * The section {@code store} of sobre.yaml.
 *
 * @param url of the accounting database: {@code jdbc:sqlite:FILE} on a local disk, by default
 *     /var/lib/sobre/accounting.db, or {@code jdbc:mariadb://HOST[:PORT]/DATABASE}
 * @param login to a server's; none where the database is a file
 * @param snapshots where a copy of it is published for readers on other machines; absent: nowhere
 */
public record StoreConfig(String url, StoreLogin login, Optional<Path> snapshots) {

  public static final String SQLITE = "jdbc:sqlite:";
  public static final String MARIADB = "jdbc:mariadb://";

  /** What may stand as a URL. */
  public static final String FORMS = SQLITE + "FILE, " + MARIADB + "HOST[:PORT]/DATABASE";

  private static final String DEFAULT_URL = SQLITE + "/var/lib/sobre/accounting.db";
  private static final Pattern SERVER =
      Pattern.compile(
          "jdbc:mariadb://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9_]{1,64}(\\?[A-Za-z0-9=&._/-]+)?");
  private static final String PASSWORD = "password";
  private static final Messages MESSAGES = Messages.of(StoreConfig.class);

  public StoreConfig {
    requireNonNull(url, "url");
    requireNonNull(login, "login");
    requireNonNull(snapshots, "snapshots");
  }

  /** One of which no copy is published. */
  public StoreConfig(String url, StoreLogin login) {
    this(url, login, Optional.empty());
  }

  public static StoreConfig from(YamlSection section) {
    String url = url(section);
    StoreLogin login =
        new StoreLogin(
            section.string("user"), section.value("passwordFile", ScalarType.absolutePath()));
    Optional<Path> snapshots = section.value("snapshots", ScalarType.absolutePath());
    section.refuseUnknownKeys();
    return new StoreConfig(url, isServer(url) ? login : StoreLogin.NONE, snapshots);
  }

  /** One with a password is not repeated in the message. */
  private static String url(YamlSection section) {
    Optional<String> said = section.string("url");
    if (said.filter(StoreConfig::tellsPassword).isPresent()) {
      section.problem("url", MESSAGES.text("store.password"));
      return DEFAULT_URL;
    }
    return section
        .value("url", ScalarType.of(FORMS, url -> Optional.of(url).filter(StoreConfig::isUsable)))
        .orElse(DEFAULT_URL);
  }

  /** Whether a URL holds a password, which belongs into a file. */
  public static boolean tellsPassword(String url) {
    return (url.indexOf('?') >= 0 && url.toLowerCase(Locale.ROOT).contains(PASSWORD))
        || (url.startsWith(MARIADB) && url.indexOf('@') >= 0);
  }

  /** Whether a URL names a SQLite file or a database of a MariaDB server. */
  public static boolean isUsable(String url) {
    return isServer(url)
        ? SERVER.matcher(url).matches() && !tellsPassword(url)
        : url.startsWith(SQLITE) && url.length() > SQLITE.length();
  }

  /** Whether a URL is that of a server, and of no file. */
  public static boolean isServer(String url) {
    return url.startsWith(MARIADB);
  }
}
