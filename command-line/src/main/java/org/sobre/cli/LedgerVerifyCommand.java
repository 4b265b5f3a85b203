package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.ingest.LedgerComparison;
import org.sobre.accounting.ingest.LedgerComparison.Lost;
import org.sobre.accounting.report.PlainName;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.KnownBoots.KnownBoot;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.ledger.Verification;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine;
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
      "Every balance must add up to the microjoule. Each fault is named with its file and line.",
      "Where the ledger's accounting database is there, the ledger must have what that has taken."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the ledger is whole",
      "65:it has faults, which standard output names, or not one line",
      "74:it cannot be read, or its accounting database cannot"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger verify --ledger /shared/sobre/ledger")
final class LedgerVerifyCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerVerifyCommand.class);

  /**
   * What the database knows besides.
   *
   * @param whole key of what is said where no fault is found: what was asked
   * @param status 0 also where there is none
   */
  private record Compared(String whole, int status, List<Lost> lost) {

    static Compared without(int status) {
      return new Compared("verify.whole", status, List.of());
    }

    static Compared with(Optional<List<Lost>> lost) {
      String whole = lost.isPresent() ? "verify.whole.compared" : "verify.whole.anew";
      return new Compared(whole, ExitCode.DONE, lost.orElse(List.of()));
    }
  }

  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    ChosenLedger chosen = files.resolve(requireNonNull(ledger).sobre());
    chosen.refuseAbsent();
    Verification verification = LedgerVerifier.verify(chosen.ledger());
    CommandLine line = requireNonNull(spec).commandLine();
    PrintWriter out = line.getOut();
    verification
        .notes()
        .forEach(note -> out.println(MESSAGES.text("verify.note", PlainName.of(note.toString()))));
    // before the database is opened: what the ledger itself proves does not hang on that
    verification
        .faults()
        .forEach(
            fault -> out.println(MESSAGES.text("verify.fault", PlainName.of(fault.toString()))));
    verification.forgotten().ifPresent(some -> out.println(describe(some)));
    Compared compared = compare(chosen, line.getErr());
    compared.lost.forEach(
        lost -> out.println(MESSAGES.text("verify.fault", PlainName.of(describe(lost)))));
    int faults = verification.faults().size() + compared.lost.size();
    if (faults == 0 && verification.lines() == 0) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("ledger.empty", chosen.ledger().root()));
    }
    out.println(summary(verification, faults, compared.whole));
    return faults == 0 ? compared.status : ExitCode.BAD_DATA;
  }

  /** A database that cannot be asked is said. */
  private static Compared compare(ChosenLedger chosen, PrintWriter err) {
    try {
      Optional<AccountingStore> opened = chosen.openStoreThatIsThere(new FileAccess());
      if (opened.isEmpty()) {
        return Compared.without(ExitCode.DONE);
      }
      try (AccountingStore store = opened.get()) {
        return Compared.with(LedgerComparison.lost(store, chosen.ledger()));
      }
    } catch (Failure e) {
      err.println("sobre: " + e.getMessage());
      return Compared.without(e.exitCode());
    } catch (IOException | UncheckedIOException e) {
      err.println("sobre: " + Main.inputOutput(e));
      return Compared.without(ExitCode.INPUT_OUTPUT);
    }
  }

  private static String describe(Lost lost) {
    KnownBoot boot = lost.boot();
    return lost.hasFiles()
        ? MESSAGES.text("verify.lost.line", boot.node(), boot.boot(), boot.lastSeq())
        : MESSAGES.text("verify.lost.boot", boot.node(), boot.boot(), boot.lines());
  }

  private static String describe(Verification.Forgotten some) {
    return MESSAGES.text(
        "verify.forgotten",
        some.files(),
        some.months(),
        some.since().atOffset(ZoneOffset.UTC).toLocalDate());
  }

  private static String summary(Verification verification, int faults, String whole) {
    String verdict =
        switch (faults) {
          case 0 -> MESSAGES.text(whole);
          case 1 -> MESSAGES.text("verify.oneFault");
          default -> MESSAGES.text("verify.faults", faults);
        };
    return MESSAGES.text(
        "verify.seen", verification.lines(), verification.boots(), verification.nodes(), verdict);
  }
}
