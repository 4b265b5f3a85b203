package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.message.Messages;

/**
 * Which ledger a command reads, and which database it fills from it: lines of two ledgers in one
 * database would be added up. On a cluster (slurm.controller is set) both as configured. On a
 * station the configured ledger if it holds lines that may be read, else the user's own; and a
 * database of the user's own where the configured one may not be written. A ledger that is named
 * and is neither of these has no database but the one that is named with it.
 *
 * @param ledger may not be there
 * @param storeUrl of the database for that ledger; absent if it has none
 * @param note for a person, where the ledger is another than the configured one
 */
record LedgerChoice(Path ledger, Optional<String> storeUrl, Optional<String> note) {

  private static final Messages MESSAGES = Messages.of(LedgerChoice.class);

  /** Made by the package for user sobre and group adm, 0750. */
  private static final Path PACKAGED = Path.of("/var/lib/sobre");

  private static final int DIGEST_DIGITS = 12;

  /** What was typed. */
  record Asked(Optional<Path> ledger, Optional<String> store, boolean own) {}

  /**
   * What sobre.yaml says.
   *
   * @param station whether slurm.controller is absent
   * @param named whether it names the ledger; else that is where a ledger is by default
   */
  record Configured(Path ledger, String storeUrl, boolean station, boolean named) {}

  /** What of the file system the choice depends on. */
  interface Access {
    /** Whether the directory can be read and holds a node's lines. */
    boolean holdsLines(Path ledger);

    /** Whether the database can be written, or made if it is not there. */
    boolean isWritable(Path database);

    /** Whether two paths lead to one directory, or are equal where there is none. */
    boolean isSame(Path one, Path other);

    /** Whether it may be there and this process is not let to it; false if it is not there. */
    boolean isForbidden(Path directory);
  }

  LedgerChoice {
    requireNonNull(ledger, "ledger");
    requireNonNull(storeUrl, "storeUrl");
    requireNonNull(note, "note");
  }

  static LedgerChoice of(Asked asked, Configured configured, OwnStation own, Access access) {
    if (asked.own()) {
      return own(asked, own, Optional.empty());
    }
    if (asked.ledger().isPresent()) {
      return named(asked.ledger().get(), asked, configured, own, access);
    }
    Path site = configured.ledger();
    if (configured.station() && !access.holdsLines(site) && access.holdsLines(own.ledger())) {
      return own(asked, own, Optional.of(whyOwn(own.ledger(), site, access)));
    }
    return site(asked, configured, own, access);
  }

  /** What was read of each file is known by its path: so the path is the configured one. */
  private static LedgerChoice named(
      Path named, Asked asked, Configured configured, OwnStation own, Access access) {
    if (access.isSame(named, configured.ledger())) {
      return site(asked, configured, own, access);
    }
    if (access.isSame(named, own.ledger())) {
      return own(asked, own, Optional.empty());
    }
    return new LedgerChoice(named, asked.store(), Optional.empty());
  }

  private static LedgerChoice site(
      Asked asked, Configured configured, OwnStation own, Access access) {
    String store = asked.store().orElseGet(() -> store(configured, own, access));
    return new LedgerChoice(configured.ledger(), Optional.of(store), Optional.empty());
  }

  private static String whyOwn(Path own, Path configured, Access access) {
    return access.isForbidden(configured)
        ? MESSAGES.text("ledger.own.forbidden", own, configured, readers(configured))
        : MESSAGES.text("ledger.own", own, configured);
  }

  /** Who may read a ledger that this process may not: where the package made it, that is known. */
  static String readers(Path ledger) {
    return MESSAGES.text(
        ledger.startsWith(PACKAGED) ? "ledger.readers.packaged" : "ledger.readers");
  }

  private static LedgerChoice own(Asked asked, OwnStation own, Optional<String> note) {
    String beside = StoreConfig.SQLITE + own.state().resolve("accounting.db");
    return new LedgerChoice(own.ledger(), Optional.of(asked.store().orElse(beside)), note);
  }

  private static String store(Configured configured, OwnStation own, Access access) {
    if (!configured.station()
        || StoreConfig.isServer(configured.storeUrl())
        || access.isWritable(file(configured.storeUrl()))) {
      return configured.storeUrl();
    }
    String name = "accounting-" + digest(configured.ledger()) + ".db";
    return StoreConfig.SQLITE + own.cache().resolve(name);
  }

  /** Of a database that is a file. */
  static Path file(String url) {
    return Path.of(url.substring(StoreConfig.SQLITE.length())).toAbsolutePath();
  }

  private static String digest(Path ledger) {
    try {
      byte[] name = ledger.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(name);
      return HexFormat.of().formatHex(digest).substring(0, DIGEST_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
