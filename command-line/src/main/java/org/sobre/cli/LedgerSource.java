package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.config.ConfigurationException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of commands that work on a ledger's files and on no database. */
final class LedgerSource {

  @Option(
      names = "--ledger",
      paramLabel = "DIR",
      description = "This ledger instead of ledger.directory of the configuration.")
  private @Nullable Path ledger;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  /** One that can be read; says on standard error which it is, where one would not guess. */
  LedgerDirectory resolve(SobreCommand command) throws IOException, ConfigurationException {
    LedgerChoice.Asked asked =
        new LedgerChoice.Asked(Optional.ofNullable(ledger), Optional.empty(), false);
    ChosenLedger chosen = AccountingFiles.find(command, asked, false);
    if (mixee != null) {
      var err = mixee.commandLine().getErr();
      chosen.choice().note().ifPresent(note -> err.println("sobre: " + note));
    }
    chosen.refuseAbsent();
    return chosen.ledger();
  }
}
