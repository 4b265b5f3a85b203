package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.report.CsvReport;
import org.sobre.accounting.report.JsonReport;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportConfig;
import org.sobre.accounting.report.ReportField;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.TableReport;
import org.sobre.accounting.report.UnknownName;
import org.sobre.accounting.report.html.HtmlReport;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre report}: what each lab used, in energy, grams and euros. */
@Command(
    name = "report",
    description = {
      "Show the energy that labs, users, nodes or months used, with grams of CO2e and euros.",
      "Takes what is new in the ledger first."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the report is printed",
      "65:it is printed and lacks a line of the ledger that could not be read; or --ledger has no"
          + " line, or no job has a name that was asked for; or too few jobs can be ranked",
      "69:the database's driver is not installed here",
      "74:the ledger or the database cannot be read",
      "78:sobre.yaml, factors.yaml or labs.yaml has a problem"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre report --by lab --month 2026-11",
      "  sobre report --by month,lab --since 2026-01-01 --format csv",
      "  sobre report --by day,user --lab vision --month 2026-11",
      "  sobre report --by gpu --relative-to A100 --since 2026-01-01",
      "  sobre report --by profile --columns jobs,tokensPerJoule,euroPerMillionTokens",
      "  sobre report --by lab,month --since 2026-01-01 --format html >year.html"
    })
final class ReportCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(ReportCommand.class);

  /** How the report is printed. */
  enum Format {
    table,
    json,
    csv,
    html
  }

  @Option(
      names = "--by",
      paramLabel = "KEY",
      split = ",",
      defaultValue = "lab",
      description =
          "Rows by lab, account, user, gpu, profile, node, cluster, day, month, or several:"
              + " month,lab.")
  private List<String> by = List.of();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From this day (2026-11-01) or instant (2026-11-01T08:00:00Z) on.")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Before this day or instant: the day itself is not in the report.")
  private @Nullable String until;

  @Option(
      names = "--month",
      paramLabel = "YYYY-MM",
      description = "One calendar month, instead of --since and --until.")
  private @Nullable String month;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description =
          "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}. csv is for programs; with"
              + " --locale fr it has semicolons and decimal commas.")
  private Format format = Format.table;

  @Option(
      names = "--relative-to",
      paramLabel = "MODEL",
      description =
          "With --by gpu: rank models of GPU, profile by profile, by what jobs did on them, as"
              + " multiples of this one.")
  private @Nullable String relativeTo;

  @Mixin private ColumnChoice columns = new ColumnChoice();
  @Mixin private ReportFilters filters = new ReportFilters();
  @Mixin private ReportFiles reportFiles = new ReportFiles();
  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    Optional<Language> locale = reportFiles.language();
    CommandLine line = requireNonNull(spec).commandLine();
    ChosenLedger resolved = files.find(requireNonNull(sobre));
    List<ReportKey> keys = keys();
    List<ReportField> fields = columns.fields();
    Period period =
        new AskedPeriod(since, until, month, resolved.zone())
            .counted(text -> line.getErr().println("sobre: " + text));
    ReportRequest request =
        new ReportRequest(
            keys, period, resolved.zone(), reportFiles.labs(), filters.chosen(), fields);
    Factors factors = reportFiles.factors();
    String model = relativeTo;
    if (model != null) {
      return rank(new GpuRanking(model, format.name(), locale), resolved, request, factors);
    }
    ReportFiles.Done<Report> done =
        reportFiles.read(
            resolved,
            store -> {
              reportFiles.remarkUnmatched(store, request.labs());
              return report(store, request, factors);
            });
    Report report = new LoginNames(new CommonsExecToolRunner()).addTo(done.made());
    line.getOut().print(render(report, locale));
    line.getOut().flush();
    if (report.rows().isEmpty() && resolved.station()) {
      line.getErr().println("sobre: " + MESSAGES.text("report.soon"));
    }
    done.refuseQuarantined();
    return ExitCode.DONE;
  }

  private Integer rank(
      GpuRanking ranking, ChosenLedger resolved, ReportRequest request, Factors factors)
      throws IOException, ConfigurationException {
    ranking.refuseWhatItCannotDo(request);
    int minJobs = ReportConfig.from(requireNonNull(sobre).loadConfig().report()).minJobs();
    ReportFiles.Done<GpuRanking.Printed> done =
        reportFiles.read(resolved, store -> ranking.print(store, request, factors, minJobs));
    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().print(done.made().text());
    line.getOut().flush();
    done.refuseQuarantined();
    done.made().refuseUnranked();
    return ExitCode.DONE;
  }

  private static Report report(AccountingStore store, ReportRequest request, Factors factors)
      throws IOException {
    GpuCatalog catalog =
        request.fields().stream().anyMatch(ReportField.OF_HARDWARE::contains)
            ? GpuCatalogFiles.ofThisMachine().load().catalog()
            : GpuCatalog.EMPTY;
    Report report = ReportBuilder.build(store, request, factors, catalog);
    Optional<UnknownName> unknown = UnknownName.first(store, report);
    if (unknown.isPresent()) {
      return report(store, ReportFilters.meant(request, unknown.get()), factors);
    }
    return report;
  }

  private String render(Report report, Optional<Language> locale) {
    return switch (format) {
      case table -> TableReport.of(report, width());
      case json -> JsonReport.of(report);
      case csv -> CsvReport.of(report, locale.orElse(Language.ENGLISH));
      case html -> HtmlReport.of(report);
    };
  }

  private static int width() {
    return ColumnChoice.width(
        System.getenv("COLUMNS"),
        StandardStream.OUTPUT.isTerminal() ? Optional.of(LiveScreen.size()) : Optional.empty());
  }

  private List<ReportKey> keys() {
    List<ReportKey> keys = new ArrayList<>();
    List<String> known = Arrays.stream(ReportKey.values()).map(ReportKey::jsonName).toList();
    for (String name : by) {
      ReportKey key =
          ReportKey.ofJsonName(name)
              .orElseThrow(
                  () ->
                      new Failure(
                          ExitCode.USAGE,
                          MESSAGES.text(
                              "report.by",
                              String.join(", ", known),
                              name,
                              Suggestion.clause(name, known))));
      if (!keys.contains(key)) {
        keys.add(key);
      }
    }
    return keys;
  }
}
