package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Period;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.privacy.LedgerForgetting;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger forget}: persons out of old months. */
@Command(
    name = "forget",
    description = {
      "Take persons out of the ledger's old months; there is no way back.",
      "Older than privacy.retention, in whole months of UTC. Sums by lab, account, node, GPU and"
          + " month stay as they are; the database forgets at its next ingest. The current month,"
          + " the one before it and what each node wrote last are never touched."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:what was old enough has no persons",
      "65:a file could not be changed, for it is a link or a line of it cannot be read; standard"
          + " error names it",
      "74:the ledger cannot be read or written",
      "78:neither privacy.retention nor --before says what is old"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger forget --before 2024-01 --dry-run")
final class LedgerForgetCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerForgetCommand.class);

  private final Clock clock = Clock.systemUTC();

  @Option(
      names = "--before",
      paramLabel = "YYYY-MM",
      description = "The first month whose persons are kept, instead of privacy.retention.")
  private @Nullable String before;

  @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--gone",
      split = ",",
      paramLabel = "NODE",
      description = "Nodes that do not come back: what they wrote last is old too.")
  private @Nullable List<String> gone;

  @Option(
      names = "--if-configured",
      description = "Do nothing, and say nothing, where privacy.retention is not set.")
  private boolean ifConfigured;

  @Mixin private LedgerSource source = new LedgerSource();
  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    Optional<YearMonth> asked = LedgerExportCommand.month("--before", before);
    SobreConfig config = requireNonNull(ledger).sobre().loadConfig();
    Optional<Period> retention = config.retention();
    config.problems().refuseIfAny();
    if (ifConfigured && retention.isEmpty()) {
      return ExitCode.DONE;
    }
    Optional<YearMonth> first =
        asked.or(() -> retention.map(time -> LedgerForgetting.firstKept(time, clock)));
    if (first.isEmpty()) {
      throw new Failure(
          ExitCode.BAD_CONFIGURATION, MESSAGES.text("forgetting.unconfigured", file(config)));
    }
    return forget(source.resolve(requireNonNull(ledger).sobre()), first.get());
  }

  /** To be edited, or to be made. */
  private static String file(SobreConfig config) {
    return config.source().equals(SobreConfig.DEFAULTS)
        ? SobreConfig.DEFAULT_FILE.toString()
        : config.source();
  }

  private int forget(LedgerDirectory from, YearMonth first) throws IOException {
    Set<String> nodes = nodes(from);
    if (!dryRun && !Files.isWritable(from.root())) {
      throw new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("forgetting.readOnly", from.root()));
    }
    LedgerForgetting.Result result;
    try (WaitingBar bar = WaitingBar.onTerminal(MESSAGES.text("forgetting.bar"))) {
      LedgerForgetting forgetting =
          new LedgerForgetting(
              from, PublicWords.ofThisMachine(), nodes, clock, new SecureRandom(), bar::file);
      result = dryRun ? forgetting.plan(first) : forgetting.run(first);
    }
    report(result);
    return result.left().isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
  }

  private Set<String> nodes(LedgerDirectory from) throws IOException {
    Set<String> nodes = gone == null ? Set.of() : Set.copyOf(gone);
    List<String> known = from.nodes();
    for (String node : nodes) {
      if (!known.contains(node)) {
        throw new Failure(ExitCode.USAGE, MESSAGES.text("forgetting.gone", from.root(), node));
      }
    }
    return nodes;
  }

  private void report(LedgerForgetting.Result result) {
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    out.println(
        MESSAGES.text(
            dryRun ? "forgetting.would" : "forgetting.done",
            result.files(),
            result.months(),
            result.before()));
    if (result.fragments() > 0) {
      out.println(MESSAGES.text("forgetting.fragments", result.fragments()));
    }
    if (result.keptBack() > 0) {
      out.println(MESSAGES.text("forgetting.keptBack", result.keptBack()));
    }
    PrintWriter err = requireNonNull(spec).commandLine().getErr();
    result.left().forEach(left -> err.println("sobre: " + MESSAGES.text("forgetting.left", left)));
  }
}
