package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.privacy.LedgerExport;
import org.sobre.energy.privacy.LedgerExport.Wanted;
import org.sobre.energy.privacy.PersonlessLine;
import org.sobre.energy.privacy.PersonlessLine.Hidden;
import org.sobre.energy.privacy.Pseudonyms;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger export}: a copy without persons, for others. */
@Command(
    name = "export",
    description = {
      "Write a copy of the ledger without persons: a ledger of its own, of the same sums.",
      "Users, uids, job numbers and what jobs declared in words of their own become pseudonyms."
          + " Without --key nobody can find back to them, and the next export has others."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the copy is there",
      "65:it is there, without lines that cannot be read; or the key's file has no key, or others"
          + " may read it",
      "74:the ledger cannot be read, or the copy not written: then it is not there"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger export /srv/for-study --key /root/study.key --since 2026-01")
final class LedgerExportCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerExportCommand.class);

  /** What can be hidden besides users and jobs, as it is typed. */
  enum Hideable {
    accounts(Hidden.ACCOUNTS),
    nodes(Hidden.NODES);

    private final Hidden hidden;

    Hideable(Hidden hidden) {
      this.hidden = hidden;
    }
  }

  @Parameters(paramLabel = "DIR", description = "The copy: a directory that is empty or not there.")
  private @Nullable Path directory;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "A secret, made if it is not there: under it the same person has the same pseudonym in"
              + " each export. Who has it can find persons.")
  private @Nullable Path key;

  @Option(
      names = "--since",
      paramLabel = "YYYY-MM",
      description = "The first month, in UTC; by default from the begin.")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "YYYY-MM",
      description = "The last month, in UTC; by default to the end.")
  private @Nullable String until;

  @Option(
      names = "--hide",
      split = ",",
      paramLabel = "WHAT",
      description = "What is to become pseudonyms too: ${COMPLETION-CANDIDATES}.")
  private @Nullable List<Hideable> hide;

  @Mixin private LedgerSource source = new LedgerSource();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    Wanted wanted = wanted();
    Path to = requireNonNull(directory);
    LedgerDirectory from = source.resolve(requireNonNull(ledger).sobre());
    refuseFull(to);
    SecureRandom random = new SecureRandom();
    Pseudonyms pseudonyms =
        key == null ? Pseudonyms.ofLostKey(random) : new Pseudonyms(PseudonymKey.of(key, random));
    PersonlessLine line = new PersonlessLine(pseudonyms, hidden(), PublicWords.ofThisMachine());
    LedgerExport.Result result = export(from, line, wanted, to);
    CommandLine command = requireNonNull(spec).commandLine();
    command.getOut().println(MESSAGES.text("export.done", to, result.lines(), result.files()));
    if (result.leftOut() + result.fragments() > 0) {
      command
          .getErr()
          .println(
              "sobre: "
                  + MESSAGES.text(
                      "export.leftOut", result.leftOut(), result.fragments(), from.root()));
    }
    return result.leftOut() > 0 ? ExitCode.BAD_DATA : ExitCode.DONE;
  }

  /** Before a key is made for it. */
  private static void refuseFull(Path to) throws IOException {
    if (Files.isDirectory(to)) {
      try (Stream<Path> entries = Files.list(to)) {
        if (entries.findAny().isPresent()) {
          throw new Failure(ExitCode.USAGE, MESSAGES.text("export.full", to));
        }
      }
    }
  }

  private static LedgerExport.Result export(
      LedgerDirectory from, PersonlessLine line, Wanted wanted, Path to) throws IOException {
    try (WaitingBar bar = WaitingBar.onTerminal(MESSAGES.text("export.bar"))) {
      return new LedgerExport(from, line, wanted, bar::file).write(to);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ExitCode.INPUT_OUTPUT,
          MESSAGES.text(
              e.getFile().endsWith(LedgerExport.PARTIAL) ? "export.partial" : "export.full",
              e.getFile()));
    }
  }

  private Set<Hidden> hidden() {
    Set<Hidden> hidden = EnumSet.of(Hidden.JOBS);
    if (hide != null) {
      hide.forEach(one -> hidden.add(one.hidden));
    }
    return hidden;
  }

  private Wanted wanted() {
    Optional<YearMonth> first = month("--since", since);
    Optional<YearMonth> last = month("--until", until);
    if (first.isPresent() && last.filter(first.get()::isAfter).isPresent()) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text("export.months", first.get(), last.orElseThrow()));
    }
    return new Wanted(first, last);
  }

  static Optional<YearMonth> month(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(YearMonth.parse(text));
    } catch (DateTimeException e) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("ledger.month", option, text));
    }
  }
}
