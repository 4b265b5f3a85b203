package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.ingest.IngestResult;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.labs.LabsReader;
import org.sobre.accounting.report.UnmatchedRule;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Snapshot;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What reports and statements are made with, besides the ledger. */
final class ReportFiles {

  private static final Messages MESSAGES = Messages.of(ReportFiles.class);

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  static final Path SITE_FACTORS = Path.of("/etc/sobre/factors.yaml");
  static final Path SITE_LABS = Path.of("/etc/sobre/labs.yaml");

  @Option(
      names = "--factors",
      paramLabel = "FILE",
      description = "Factors to apply instead of /etc/sobre/factors.yaml or the shipped ones.")
  private @Nullable Path factors;

  @Option(
      names = "--labs",
      paramLabel = "FILE",
      description = "Which accounts are which lab, instead of /etc/sobre/labs.yaml.")
  private @Nullable Path labs;

  @Option(names = "--no-ingest", description = "Report on the database as it is.")
  private boolean noIngest;

  @Option(
      names = "--snapshot",
      paramLabel = "FILE",
      description =
          "Report on a copy of the database that sobre ledger snapshot made. Without it, where the"
              + " database is not on this machine, on the one in store.snapshots.")
  private @Nullable Path snapshot;

  @Option(
      names = "--locale",
      paramLabel = "LOCALE",
      description =
          "Language of words and numbers, fr or en; by default the one in which people are spoken"
              + " to.")
  private @Nullable String locale;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  /** What is done with the store. */
  interface Work<T> {
    T with(AccountingStore store) throws IOException;
  }

  /**
   * What was made of the store.
   *
   * @param ingested absent if nothing was taken in
   */
  record Done<T>(T made, Optional<IngestResult> ingested) {

    /** After the report was printed: what it lacks. */
    void refuseQuarantined() {
      if (ingested.isPresent() && !ingested.get().quarantined().isEmpty()) {
        throw new Failure(ExitCode.BAD_DATA, LedgerIngestCommand.describe(ingested.get()));
      }
    }
  }

  /** Takes in what is new, unless told not to, and does the work. */
  <T> Done<T> read(ChosenLedger resolved, Work<T> work) throws IOException {
    Optional<Snapshot> instead =
        Optional.ofNullable(snapshot).map(Snapshot::new).or(resolved::insteadOfStore);
    if (instead.isPresent()) {
      return readSnapshot(instead.get(), resolved, work);
    }
    resolved.note(noIngest).ifPresent(this::tell);
    boolean asItIs = noIngest || resolved.isStoreAlone();
    if (!asItIs) {
      // before a database is made for it
      resolved.refuseAbsent();
    }
    try (AccountingStore store = resolved.openStore(asItIs)) {
      Optional<IngestResult> ingested =
          asItIs ? Optional.empty() : Optional.of(ingest(resolved, store));
      ingested.ifPresent(resolved::refuseEmpty);
      return new Done<>(work.with(store), ingested);
    }
  }

  /** What came into the ledger since is not in it: so the time of it is said. */
  private <T> Done<T> readSnapshot(Snapshot copy, ChosenLedger resolved, Work<T> work)
      throws IOException {
    if (!AccountingStore.hasDriver(Optional.empty())) {
      throw new Failure(ExitCode.UNAVAILABLE, MESSAGES.text("store.driver"));
    }
    try (AccountingStore store = AccountingStore.openSnapshot(copy)) {
      ZonedDateTime made =
          Files.getLastModifiedTime(copy.file()).toInstant().atZone(resolved.zone());
      tell(MESSAGES.text("report.snapshot", MINUTE.format(made), copy.file()));
      return new Done<>(work.with(store), Optional.empty());
    }
  }

  private static IngestResult ingest(ChosenLedger resolved, AccountingStore store)
      throws IOException {
    try (WaitingBar bar = WaitingBar.onTerminal()) {
      return LedgerIngestCommand.ingest(resolved.ledger(), store, bar);
    }
  }

  private void tell(String text) {
    requireNonNull(mixee).commandLine().getErr().println("sobre: " + text);
  }

  Factors factors() throws IOException, ConfigurationException {
    if (factors != null) {
      refuseUnreadable(factors, "report.factors.unreadable");
      return Factors.load(List.of(factors));
    }
    return Factors.load(
        List.of(SITE_FACTORS, SobreCommand.shareDirectory().resolve("factors.yaml")));
  }

  LabMap labs() throws IOException, ConfigurationException {
    if (labs != null) {
      refuseUnreadable(labs, "report.labs.unreadable");
      return LabsReader.load(labs);
    }
    return LabsReader.load(SITE_LABS);
  }

  /** Says of what labs.yaml names and nobody has heard of: a bill would move without a word. */
  void remarkUnmatched(AccountingStore store, LabMap of) throws IOException {
    for (UnmatchedRule rule : UnmatchedRule.of(store, of)) {
      String key = "report.labs." + rule.key().jsonName();
      String clause = Suggestion.clause(rule.name(), rule.known());
      requireNonNull(mixee)
          .commandLine()
          .getErr()
          .println(
              "sobre: "
                  + MESSAGES.text(
                      key, rule.lab(), rule.name(), clause, String.join(", ", rule.known())));
    }
  }

  private static void refuseUnreadable(Path file, String key) {
    if (!Files.isReadable(file)) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text(key, file));
    }
  }

  /** The language asked for, which people are spoken to in from now on; absent if none was. */
  Optional<Language> language() {
    String asked = locale;
    if (asked == null) {
      return Optional.empty();
    }
    Optional<Language> language = Language.ofCode(asked.toLowerCase(Locale.ROOT));
    if (language.isEmpty()) {
      throw new Failure(
          ExitCode.USAGE,
          MESSAGES.text("report.locale", String.join(", ", Language.codes()), asked));
    }
    language.get().speak();
    return language;
  }
}
