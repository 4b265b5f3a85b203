package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.node.SlurmConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say where ledger and store are, and the configuration they stand before. */
final class AccountingFiles {

  private static final Messages MESSAGES = Messages.of(AccountingFiles.class);

  @Option(
      names = "--ledger",
      paramLabel = "DIR",
      description = "Ledger to read instead of ledger.directory of the configuration.")
  private @Nullable Path ledger;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description = "Accounting database (jdbc:sqlite:FILE) instead of store.url.")
  private @Nullable String store;

  @Option(
      names = "--own",
      description = "Your own ledger, of the runs you measured without the system's daemon.")
  private boolean own;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  /**
   * @param ledger may not be there yet
   * @param zone for months and days; the system's own if none is configured
   * @param station whether this machine is part of no cluster
   */
  record Resolved(LedgerDirectory ledger, String storeUrl, ZoneId zone, boolean station) {

    /** A ledger that is not there, or may not be read. */
    void refuseAbsent() {
      if (!Files.isDirectory(ledger.root()) || !Files.isReadable(ledger.root())) {
        throw new Failure(ExitCode.INPUT_OUTPUT, whyAbsent(new FileAccess()));
      }
    }

    /**
     * Where only the command is installed, as on a login node, there is no database.
     *
     * @throws IOException if it cannot be opened
     */
    AccountingStore openStore() throws IOException {
      if (!AccountingStore.hasDriver()) {
        throw new Failure(ExitCode.UNAVAILABLE, MESSAGES.text("store.driver"));
      }
      return AccountingStore.open(storeUrl);
    }

    /** The database is offered to those only who can open it: SQLite writes even to read. */
    String whyAbsent(LedgerChoice.Access access) {
      Path root = ledger.root();
      if (access.isForbidden(root)) {
        return MESSAGES.text("ledger.forbidden", root, LedgerChoice.readers(root));
      }
      Path database = LedgerChoice.file(storeUrl);
      String asItIs =
          Files.exists(database) && access.isWritable(database)
              ? MESSAGES.text("ledger.none.asItIs")
              : "";
      String key = station ? "ledger.none.station" : "ledger.none.cluster";
      return MESSAGES.text(key, root, asItIs);
    }
  }

  /** Says on standard error which ledger it is, where one would not guess. */
  Resolved resolve(SobreCommand command) throws IOException, ConfigurationException {
    SobreConfig config = command.loadConfig();
    LedgerConfig ledgerConfig = LedgerConfig.from(config.ledger());
    StoreConfig storeConfig = StoreConfig.from(config.store());
    boolean station = SlurmConfig.from(config.slurm()).controller().isEmpty();
    config.problems().refuseIfAny();
    if (own && ledger != null) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("ledger.own.or.given"));
    }
    String url = Optional.ofNullable(store).orElse(storeConfig.url());
    if (!StoreConfig.isUsable(url)) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("store.form", StoreConfig.SQLITE, url));
    }
    LedgerChoice choice =
        LedgerChoice.of(
            new LedgerChoice.Asked(Optional.ofNullable(ledger), Optional.ofNullable(store), own),
            new LedgerChoice.Configured(ledgerConfig.directory(), storeConfig.url(), station),
            OwnStation.ofThisUser(),
            new FileAccess());
    choice.note().ifPresent(note -> say(note));
    return new Resolved(
        new LedgerDirectory(choice.ledger()),
        choice.storeUrl(),
        config.timeZone().orElseGet(ZoneId::systemDefault),
        station);
  }

  private void say(String note) {
    if (mixee != null) {
      mixee.commandLine().getErr().println("sobre: " + note);
    }
  }
}
