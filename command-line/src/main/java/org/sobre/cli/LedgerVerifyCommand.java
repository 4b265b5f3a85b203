package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.Finding;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.ledger.Verification;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger verify}: nothing is missing, doubled or altered, or what is. */
@Command(
    name = "verify",
    description = {
      "Prove that nothing in the ledger is missing, doubled or altered.",
      "Every balance must add up to the microjoule. Each fault is named with its file and line."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the ledger is whole",
      "65:it has faults; standard output names them",
      "74:it cannot be read"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger verify --ledger /shared/sobre/ledger")
final class LedgerVerifyCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerVerifyCommand.class);

  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    AccountingFiles.Resolved resolved = files.resolve(requireNonNull(ledger).sobre());
    resolved.refuseAbsent();
    Verification verification = LedgerVerifier.verify(resolved.ledger());
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    for (Finding note : verification.notes()) {
      out.println(MESSAGES.text("verify.note", note));
    }
    for (Finding fault : verification.faults()) {
      out.println(MESSAGES.text("verify.fault", fault));
    }
    out.println(summary(verification));
    return verification.faults().isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
  }

  private static String summary(Verification verification) {
    int faults = verification.faults().size();
    String verdict =
        switch (faults) {
          case 0 -> MESSAGES.text("verify.whole");
          case 1 -> MESSAGES.text("verify.oneFault");
          default -> MESSAGES.text("verify.faults", faults);
        };
    return MESSAGES.text(
        "verify.seen", verification.lines(), verification.boots(), verification.nodes(), verdict);
  }
}
