package org.sobre.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.Snapshot;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.energy.ledger.LedgerConfig;
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
      description =
          "Ledger to read instead of ledger.directory of the configuration. It fills no database"
              + " but that of --store: report, statement and job then look in a temporary one,"
              + " ledger ingest and snapshot ask for --store.")
  private @Nullable Path ledger;

  @Option(
      names = "--store",
      paramLabel = "URL",
      description =
          "Accounting database (jdbc:sqlite:FILE, in a directory that is there, or"
              + " jdbc:mariadb://HOST/DATABASE) instead of store.url. Report, statement, job and"
              + " ledger ingest take in what is new of a ledger that is named or configured.")
  private @Nullable String store;

  @Option(
      names = "--own",
      description = "Your own ledger, of the runs you measured without the system's daemon.")
  private boolean own;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  /** Says on standard error which ledger it is, where one would not guess. */
  ChosenLedger resolve(SobreCommand command) throws IOException, ConfigurationException {
    ChosenLedger chosen = find(command);
    announce(chosen);
    return chosen;
  }

  /** For a command that says itself which ledger it is, or reads none. */
  ChosenLedger find(SobreCommand command) throws IOException, ConfigurationException {
    return find(command, asked(), mixee != null && mixee.findOption("--no-ingest") != null);
  }

  /** The ledger that was asked for, and what the configuration says of it. */
  static ChosenLedger find(SobreCommand command, LedgerChoice.Asked asked, boolean canLookAsItIs)
      throws IOException, ConfigurationException {
    SobreConfig config = command.loadConfig();
    LedgerConfig ledgerConfig = LedgerConfig.from(config.ledger());
    StoreConfig storeConfig = StoreConfig.from(config.store());
    boolean station = SlurmConfig.from(config.slurm()).controller().isEmpty();
    config.problems().refuseIfAny();
    LedgerChoice.Configured configured =
        new LedgerChoice.Configured(
            ledgerConfig.directory(), storeConfig.url(), station, config.ledger().has("directory"));
    return new ChosenLedger(
        LedgerChoice.of(asked, configured, OwnStation.ofThisUser(), new FileAccess()),
        asked,
        configured,
        storeConfig.login(),
        canLookAsItIs,
        config.timeZone().orElseGet(ZoneId::systemDefault),
        config.cluster(),
        storeConfig.snapshots().map(Snapshot::in));
  }

  private LedgerChoice.Asked asked() {
    if (own && ledger != null) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("ledger.own.or.given"));
    }
    if (store != null && !StoreConfig.isUsable(store)) {
      throw new Failure(
          ExitCode.USAGE,
          StoreConfig.tellsPassword(store)
              ? MESSAGES.text("store.password")
              : MESSAGES.text("store.form", StoreConfig.FORMS, store));
    }
    return new LedgerChoice.Asked(Optional.ofNullable(ledger), Optional.ofNullable(store), own);
  }

  private void announce(ChosenLedger chosen) {
    if (mixee != null) {
      PrintWriter err = mixee.commandLine().getErr();
      chosen.choice().note().ifPresent(note -> err.println("sobre: " + note));
    }
  }
}
