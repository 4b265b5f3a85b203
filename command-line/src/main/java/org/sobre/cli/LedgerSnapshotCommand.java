package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Snapshot;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger snapshot}: a copy of the database for readers on other machines. */
@Command(
    name = "snapshot",
    description = {
      "Copy the accounting database to a file that readers on other machines may have.",
      "It takes the file's name whole when it is on the disk; who reads the old one goes on with"
          + " it."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the copy is there",
      "69:the database's driver is not installed here",
      "74:the database cannot be read or the file not written"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger snapshot /shared/sobre/reports/accounting.db")
final class LedgerSnapshotCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerSnapshotCommand.class);

  @Parameters(
      paramLabel = "FILE",
      description = "The copy, in a directory that is there; one of that name is replaced.")
  private @Nullable Path file;

  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    ChosenLedger resolved = files.find(requireNonNull(ledger).sobre());
    PrintWriter err = requireNonNull(spec).commandLine().getErr();
    resolved.note(true).ifPresent(note -> err.println("sobre: " + note));
    Snapshot snapshot = new Snapshot(requireNonNull(file));
    resolved.refuseAbsentStore();
    try (AccountingStore store = resolved.openStore(true)) {
      store.publish(snapshot);
    }
    requireNonNull(spec)
        .commandLine()
        .getOut()
        .println(MESSAGES.text("snapshot.done", snapshot.file()));
    return ExitCode.DONE;
  }
}
