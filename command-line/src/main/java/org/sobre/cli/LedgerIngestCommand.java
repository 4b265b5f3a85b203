package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.ingest.IngestProgress;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.ingest.LedgerIngest;
import org.sobre.accounting.report.Freshness;
import org.sobre.accounting.report.PlainName;
import org.sobre.accounting.slurm.SlurmFacts.Outcome;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.FileProgress.Quarantined;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.accounting.store.StoreRetry;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.slurm.node.SlurmConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger ingest}: the ledger's new lines into the store. */
@Command(
    name = "ingest",
    description = {
      "Take what is new in the ledger into the accounting database.",
      "A line that cannot be read is kept aside and tried again each time; the rest is taken.",
      "On a cluster Slurm's accounting is asked too which jobs there were (slurm.accounting)."
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

  private static final Duration WORTH_TELLING = Duration.ofSeconds(1);
  private static final double MILLIS_A_SECOND = 1_000;
  private static final int MOST_NAMED = 5;

  private static final Messages MESSAGES = Messages.of(LedgerIngestCommand.class);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final Clock clock = Clock.systemUTC();

  @Option(
      names = "--retry",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "For how long to try again where the database is locked, full or away; by default"
              + " ${DEFAULT-VALUE}.")
  private int retrySeconds;

  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    ChosenLedger resolved = files.find(requireNonNull(ledger).sobre());
    resolved.refuseStoreAlone();
    resolved.choice().note().ifPresent(this::tell);
    resolved.refuseTemporary();
    resolved.refuseAbsent();
    CommandLine line = requireNonNull(spec).commandLine();
    SlurmExchange slurm = slurm(resolved);
    Done done =
        new StoreRetry(
                Duration.ofSeconds(Math.max(0, retrySeconds)),
                clock,
                time -> Thread.sleep(time.toMillis()),
                (why, wait) ->
                    tell(MESSAGES.text("ingest.retry", Main.inputOutput(why), wait.toSeconds())))
            .run(() -> ingest(resolved, slurm));
    resolved.refuseEmpty(done.result);
    line.getOut().println(done(done.result, done.took));
    report(done, resolved.zone()).forEach(line.getOut()::println);
    if (done.slurm.isPresent() && done.slurm.get() instanceof Outcome.Away away) {
      tell(MESSAGES.text("ingest.slurm.away", away.why()));
    }
    leftOut(done).ifPresent(this::tell);
    if (!done.result.quarantined().isEmpty()) {
      throw new Failure(ExitCode.BAD_DATA, describe(done.result));
    }
    return ExitCode.DONE;
  }

  /**
   * What one try did.
   *
   * @param took to read the ledger
   * @param slurm absent where it was not to be asked
   */
  private record Done(
      IngestResult result, Duration took, Optional<Outcome> slurm, Freshness freshness) {}

  private SlurmExchange slurm(ChosenLedger resolved) throws IOException, ConfigurationException {
    SobreConfig config = requireNonNull(ledger).sobre().loadConfig();
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    return new SlurmExchange(
        slurm,
        resolved.cluster().orElse(SlurmExchange.UNNAMED),
        SlurmExchange.comments(resolved.configured().storeUrl()),
        new CommonsExecToolRunner(),
        clock);
  }

  private Done ingest(ChosenLedger resolved, SlurmExchange slurm) throws IOException {
    try (AccountingStore store = resolved.openStore(false);
        WaitingBar bar = WaitingBar.onTerminal()) {
      Instant begin = clock.instant();
      IngestResult result = ingest(resolved.ledger(), store, bar);
      Duration took = Duration.between(begin, clock.instant());
      Optional<Outcome> told = Optional.empty();
      if (resolved.isSite()) {
        told = slurm.read(store, begin);
        slurm.leaveComments(store);
      }
      resolved.publish(store);
      return new Done(result, took, told, store.read(Freshness::of));
    }
  }

  private static List<String> report(Done done, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    if (done.slurm.isPresent() && done.slurm.get() instanceof Outcome.Told told) {
      lines.add(MESSAGES.text("ingest.slurm", told.jobs(), at(told.until(), zone)));
    }
    done.freshness
        .asOf()
        .ifPresent(asOf -> lines.add(MESSAGES.text("ingest.asOf", at(asOf, zone))));
    List<String> silent = done.freshness.silent();
    if (!silent.isEmpty()) {
      lines.add(MESSAGES.text("ingest.silent", silent.size(), String.join(", ", silent)));
    }
    return lines;
  }

  private static Optional<String> leftOut(Done done) {
    return done.slurm
        .filter(Outcome.Told.class::isInstance)
        .map(told -> ((Outcome.Told) told).leftOut())
        .filter(records -> !records.isEmpty())
        .map(
            records ->
                MESSAGES.text(
                    "ingest.slurm.leftOut",
                    records.size(),
                    records.stream()
                        .limit(MOST_NAMED)
                        .map(why -> "\n  " + PlainName.of(why))
                        .collect(Collectors.joining())));
  }

  private static String at(Instant instant, ZoneId zone) {
    return SECOND.format(instant.atZone(zone));
  }

  private void tell(String text) {
    requireNonNull(spec).commandLine().getErr().println("sobre: " + text);
  }

  /** With how fast, where there was enough to read for that to mean something. */
  static String done(IngestResult result, Duration took) {
    long millis = took.toMillis();
    if (millis < WORTH_TELLING.toMillis()) {
      return MESSAGES.text("ingest.done", result.newLines(), result.files());
    }
    return MESSAGES.text(
        "ingest.done.speed",
        result.newLines(),
        result.files(),
        String.format(Language.current().locale(), "%.1f", millis / MILLIS_A_SECOND),
        Math.round(result.newLines() * MILLIS_A_SECOND / millis));
  }

  static IngestResult ingest(LedgerDirectory ledger, AccountingStore store, IngestProgress progress)
      throws IOException {
    IngestResult result = new LedgerIngest(ledger, store, progress).run();
    if (result.newLines() > 0) {
      store.write(
          connection -> {
            try (SlurmJobs slurm = new SlurmJobs(connection)) {
              slurm.settle();
              return true;
            }
          });
    }
    return result;
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
    return "  " + PlainName.of(line.path() + ":" + line.line() + ": " + line.reason());
  }
}
