package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger ingest}: the ledger's new lines into the store. */
@Command(
    name = "ingest",
    description = {
      "Take what is new in the ledger into the accounting database.",
      "A line that cannot be read is kept aside and tried again each time; the rest is taken."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:every line is taken",
      "65:a line could not be taken; standard error names it; or --ledger has no line",
      "69:the database's driver is not installed here",
      "74:the ledger cannot be read or the database not written"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger ingest --ledger /backup/ledger --store jdbc:sqlite:/tmp/backup.db")
final class LedgerIngestCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerIngestCommand.class);

  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    ChosenLedger resolved = files.resolve(requireNonNull(ledger).sobre());
    resolved.refuseTemporary();
    resolved.refuseAbsent();
    CommandLine line = requireNonNull(spec).commandLine();
    IngestResult result;
    try (AccountingStore store = resolved.openStore(false);
        WaitingBar bar = WaitingBar.onTerminal()) {
      result = ingest(resolved.ledger(), store, bar);
      resolved.publish(store);
    }
    resolved.refuseEmpty(result);
    line.getOut().println(MESSAGES.text("ingest.done", result.newLines(), result.files()));
    if (!result.quarantined().isEmpty()) {
      throw new Failure(ExitCode.BAD_DATA, describe(result));
    }
    return ExitCode.DONE;
  }

  static IngestResult ingest(LedgerDirectory ledger, AccountingStore store, IngestProgress progress)
      throws IOException {
    return new LedgerIngest(ledger, store, progress).run();
  }

  /** One line a line that could not be taken. */
  static String describe(IngestResult result) {
    return MESSAGES.text("ingest.quarantined", result.quarantined().size())
        + "\n"
        + result.quarantined().stream()
            .map(LedgerIngestCommand::describe)
            .collect(Collectors.joining("\n"));
  }

  private static String describe(Quarantined line) {
    return "  " + line.path() + ":" + line.line() + ": " + line.reason();
  }
}
