package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/**
 * {@code sobre ledger}: fills the accounting database, proves that the ledger is whole, takes
 * persons out of it, tells Slurm.
 */
@Command(
    name = "ledger",
    description =
        "Fill the accounting database from the ledger; prove that the ledger is whole; take persons"
            + " out of it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LedgerIngestCommand.class,
      LedgerVerifyCommand.class,
      LedgerExportCommand.class,
      LedgerForgetCommand.class,
      LedgerCommentCommand.class,
      LedgerSnapshotCommand.class
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger verify && sobre ledger ingest")
final class LedgerCommand {

  @ParentCommand private @Nullable SobreCommand sobre;

  SobreCommand sobre() {
    return requireNonNull(sobre);
  }
}
