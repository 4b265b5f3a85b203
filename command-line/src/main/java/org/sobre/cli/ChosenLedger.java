package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Snapshot;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.accounting.store.StoreLogin;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.message.Messages;

/**
 * The ledger that a command reads and the database it fills, with why it is them.
 *
 * @param login to the database, where it is a server's
 * @param canLookAsItIs whether the command has --no-ingest
 * @param zone for months and days; the system's own if none is configured
 * @param cluster its name in the ledger, where one is configured
 * @param snapshot of the database, where one is published; of the configured database alone
 */
record ChosenLedger(
    LedgerChoice choice,
    LedgerChoice.Asked asked,
    LedgerChoice.Configured configured,
    StoreLogin login,
    boolean canLookAsItIs,
    ZoneId zone,
    Optional<String> cluster,
    Optional<Snapshot> snapshot) {

  private static final Messages MESSAGES = Messages.of(ChosenLedger.class);

  /** May not be there yet. */
  LedgerDirectory ledger() {
    return new LedgerDirectory(choice.ledger());
  }

  /** Whether it is the ledger that all of the site's nodes write, with the site's database. */
  boolean isSite() {
    return !station()
        && choice.ledger().equals(configured.ledger())
        && choice.storeUrl().equals(Optional.of(configured.storeUrl()));
  }

  /**
   * Whether a database was named and no ledger to fill it from: which lines it lacks nobody said,
   * and those of another ledger would stay in it.
   */
  boolean isStoreAlone() {
    return asked.store().isPresent()
        && asked.ledger().isEmpty()
        && !asked.own()
        && (!configured.named() || choice.note().isPresent());
  }

  /** Lines are taken into a database of which it is known which ledger it is filled from. */
  void refuseStoreAlone() {
    if (isStoreAlone()) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text("store.alone.ingest", asked.store().orElseThrow()));
    }
  }

  /**
   * What is said before a report: which ledger it is, where one would not guess.
   *
   * @param noIngest whether the ledger is left unread, as was asked
   */
  Optional<String> note(boolean noIngest) {
    if (isStoreAlone()) {
      return noIngest
          ? Optional.empty()
          : Optional.of(MESSAGES.text("store.alone", asked.store().orElseThrow()));
    }
    return noIngest && asked.store().isPresent() ? Optional.empty() : choice.note();
  }

  /** Of an SQLite database that is not there an empty one would be made. */
  void refuseAbsentStore() {
    refuseTemporary();
    String url = choice.storeUrl().orElseThrow();
    if (StoreConfig.isServer(url)) {
      return;
    }
    Path database = LedgerChoice.file(url);
    if (Files.notExists(database)) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("store.none", database));
    }
  }

  /** Publishes a copy of the configured database, where sobre.yaml says so. */
  void publish(AccountingStore store) throws IOException {
    Optional<Snapshot> published = ofConfigured();
    if (published.isPresent()) {
      store.publish(published.get());
    }
  }

  /**
   * What readers on machines without the database read instead; absent where it is here, or another
   * was asked for.
   */
  Optional<Snapshot> insteadOfStore() {
    return ofConfigured()
        .filter(Snapshot::exists)
        .filter(any -> Files.notExists(LedgerChoice.file(configured.storeUrl())));
  }

  /** Of a file: a server is asked by its readers itself. */
  private Optional<Snapshot> ofConfigured() {
    boolean isSite =
        asked.store().isEmpty()
            && !StoreConfig.isServer(configured.storeUrl())
            && choice.storeUrl().filter(configured.storeUrl()::equals).isPresent();
    return isSite ? snapshot : Optional.empty();
  }

  /** Whether this machine is part of no cluster. */
  boolean station() {
    return configured.station();
  }

  /** A ledger that is not there, or may not be read. */
  void refuseAbsent() {
    Path root = choice.ledger();
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw new Failure(ExitCode.INPUT_OUTPUT, whyAbsent(new FileAccess()));
    }
  }

  /** A directory was named in which no node ever wrote a line: nothing of it could be told. */
  void refuseEmpty(IngestResult result) {
    if (result.lines() == 0 && asked.ledger().isPresent()) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("ledger.empty", choice.ledger()));
    }
  }

  /** A database that would be filled and be gone. */
  void refuseTemporary() {
    if (choice.storeUrl().isEmpty()) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text("store.temporary", choice.ledger(), configured.ledger()));
    }
  }

  /**
   * Where only the command is installed, as on a login node, there is no database.
   *
   * @param asItIs whether nothing is taken into it: then it must be there
   * @throws IOException if it cannot be opened
   */
  AccountingStore openStore(boolean asItIs) throws IOException {
    if (asItIs) {
      refuseTemporary();
    }
    if (!AccountingStore.hasDriver(choice.storeUrl())) {
      throw new Failure(ExitCode.UNAVAILABLE, MESSAGES.text("store.driver"));
    }
    asked
        .store()
        .filter(url -> !StoreConfig.isServer(url))
        .ifPresent(url -> refuseMistyped(LedgerChoice.file(url), asItIs));
    if (choice.storeUrl().isEmpty()) {
      return AccountingStore.openTemporary();
    }
    StoreConfig store = new StoreConfig(choice.storeUrl().get(), login);
    return asItIs ? AccountingStore.openAsItIs(store) : AccountingStore.open(store);
  }

  /**
   * The ledger's database if it is there and this process can open it; one that was asked for must
   * be there.
   *
   * @throws IOException if it cannot be opened
   */
  Optional<AccountingStore> openStoreThatIsThere(LedgerChoice.Access access) throws IOException {
    boolean isAsked = asked.store().isPresent();
    return isAsked || (isStoreThere(access) && AccountingStore.hasDriver(choice.storeUrl()))
        ? Optional.of(openStore(true))
        : Optional.empty();
  }

  /** SQLite writes even to read. Whether a server's is there only the server can tell. */
  private boolean isStoreThere(LedgerChoice.Access access) {
    return choice
        .storeUrl()
        .filter(
            url ->
                StoreConfig.isServer(url)
                    || (Files.exists(LedgerChoice.file(url))
                        && access.isWritable(LedgerChoice.file(url))))
        .isPresent();
  }

  /** Only what the configuration names is made with its directories. */
  private static void refuseMistyped(Path database, boolean asItIs) {
    Path directory = database.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new Failure(
          ExitCode.INPUT_OUTPUT, MESSAGES.text("store.directory", String.valueOf(directory)));
    }
    if (asItIs && Files.notExists(database)) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("store.none", database));
    }
  }

  /** The database is offered to those only who can open it. */
  String whyAbsent(LedgerChoice.Access access) {
    Path root = choice.ledger();
    if (asked.own()) {
      return whyNoneOfTheirOwn(access);
    }
    if (access.isForbidden(root)) {
      return MESSAGES.text("ledger.forbidden", root, LedgerChoice.readers(root));
    }
    String asItIs =
        canLookAsItIs && isStoreThere(access) ? MESSAGES.text("ledger.none.asItIs") : "";
    String key = station() ? "ledger.none.station" : "ledger.none.cluster";
    return MESSAGES.text(key, root, asItIs);
  }

  private String whyNoneOfTheirOwn(LedgerChoice.Access access) {
    Path site = configured.ledger();
    if (access.isForbidden(site) || access.holdsLines(site) || !station()) {
      return MESSAGES.text(
          "ledger.none.own.daemon", choice.ledger(), site, LedgerChoice.readers(site));
    }
    return MESSAGES.text("ledger.none.own", choice.ledger());
  }
}
