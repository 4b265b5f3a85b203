package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportField;
import org.sobre.accounting.report.ReportFilter;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.UnknownName;
import org.sobre.accounting.report.html.Statement;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre statement}: a lab's month, to be sent to it. */
@Command(
    name = "statement",
    description = {
      "Print a lab's month as one HTML file: its sums, users, GPUs, the factors and how it is"
          + " computed.",
      "For screen and paper, light and dark; it needs no other file and runs no script."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the statement is printed",
      "65:no such lab; or it is printed and lacks a line of the ledger that could not be read",
      "69:the database's driver is not installed here",
      "74:the ledger or the database cannot be read",
      "78:sobre.yaml, factors.yaml or labs.yaml has a problem"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre statement --lab vision --month 2026-11 >vision-2026-11.html",
      "  sobre statement --lab vision --month 2026-11 --locale fr >vision-2026-11.html"
    })
final class StatementCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(StatementCommand.class);

  @Option(names = "--lab", paramLabel = "NAME", required = true, description = "Whose month.")
  private @Nullable String lab;

  @Option(
      names = "--month",
      paramLabel = "YYYY-MM",
      required = true,
      description = "The calendar month.")
  private @Nullable String month;

  @Mixin private ReportFiles reportFiles = new ReportFiles();
  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() throws IOException, ConfigurationException {
    reportFiles.language();
    YearMonth of = AskedPeriod.month(requireNonNull(month));
    ChosenLedger resolved = files.find(requireNonNull(sobre));
    LabMap labs = reportFiles.labs();
    Factors factors = reportFiles.factors();
    ReportFiles.Done<Statement> done =
        reportFiles.read(resolved, store -> statement(store, of, resolved, labs, factors));
    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().print(done.made().html());
    line.getOut().flush();
    done.refuseQuarantined();
    return ExitCode.DONE;
  }

  private Statement statement(
      AccountingStore store, YearMonth of, ChosenLedger resolved, LabMap labs, Factors factors)
      throws IOException {
    String name = requireNonNull(lab);
    reportFiles.remarkUnmatched(store, labs);
    Period period = ReportRequest.month(of, resolved.zone());
    ReportFilter own = new ReportFilter(Map.of(ReportKey.LAB, Set.of(name)));
    GpuCatalog catalog = GpuCatalogFiles.ofThisMachine().load().catalog();
    Maker maker =
        (keys, fields) ->
            ReportBuilder.build(
                store,
                new ReportRequest(keys, period, resolved.zone(), labs, own, fields),
                factors,
                catalog);
    List<ReportKey> byLab = List.of(ReportKey.LAB);
    Report sums = maker.make(byLab, List.of());
    if (sums.rows().isEmpty() && !sums.isOfUncoveredJobsOnly()) {
      refuseUnknown(name, UnknownName.known(store, sums.request(), ReportKey.LAB));
    }
    return new Statement(
        name,
        of,
        clock.instant(),
        sums,
        maker.make(List.of(ReportKey.LAB, ReportKey.USER), List.of()),
        maker.make(List.of(ReportKey.LAB, ReportKey.GPU), List.of()),
        maker
            .make(byLab, List.copyOf(ReportField.OF_HARDWARE))
            .totals()
            .hardware()
            .orElse(HardwareUse.NONE));
  }

  private interface Maker {
    Report make(List<ReportKey> by, List<ReportField> fields) throws IOException;
  }

  /** A lab that ran nothing in the month has an empty statement. */
  private static void refuseUnknown(String name, List<String> known) {
    if (!known.contains(name)) {
      throw new Failure(
          ExitCode.BAD_DATA,
          MESSAGES.text(
              "statement.lab", String.join(", ", known), name, Suggestion.clause(name, known)));
    }
  }
}
