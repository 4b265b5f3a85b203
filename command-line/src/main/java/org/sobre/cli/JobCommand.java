package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.JobRuns;
import org.sobre.accounting.store.RunDetails;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.cli.job.JobJson;
import org.sobre.cli.job.JobText;
import org.sobre.cli.job.RunningRuns;
import org.sobre.cli.job.UncoveredJob;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.slurm.command.AccountedJob;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre job}: what one job drew and how it used what it held. */
@Command(
    name = "job",
    description = {
      "Show one job: energy by part and how it is known, load, video memory, idle time, power over"
          + " time, and a hint for the next one.",
      "A job that runs here, or has lately ended here, is asked of sobre-monitord; all others are"
          + " looked up in the ledger, those that run elsewhere up to the last full hour."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the job is shown",
      "65:no run of it is known",
      "69:it does not run here, and the database's driver is not installed",
      "74:it does not run here, and the ledger or the database cannot be read"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre job 12345",
      "  sobre job 12345 --format json",
      "  srun --jobid=12345 --overlap sobre job"
    })
final class JobCommand implements Callable<Integer> {

  /** How the job is printed. */
  enum Format {
    table,
    json
  }

  private static final Messages MESSAGES = Messages.of(JobCommand.class);
  private static final Pattern ID = Pattern.compile("(\\d{1,10})(?:\\.(\\d{1,6}))?");
  private static final Pattern OF_ARRAY = Pattern.compile("\\d{1,10}_\\d{1,10}");
  private static final String SLURMS_ID = "SLURM_JOB_ID";
  private static final char A_BLOCK = '▁';

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = {
        "Slurm's job id, as squeue tells it; without Slurm the process id of sobre run. In a job,"
            + " that one if none is given.",
        "12345.1 is its second start alone, after a requeue: no step of Slurm's."
      })
  private String id = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @Option(names = "--no-ingest", description = "Look in the database as it is.")
  private boolean noIngest;

  private final List<AccountedJob> accounted = new ArrayList<>();

  @Mixin private AccountingFiles files = new AccountingFiles();
  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    if (id.isEmpty()) {
      id = Optional.ofNullable(System.getenv(SLURMS_ID)).orElseThrow(JobCommand::noId);
    }
    long job = job();
    ChosenLedger resolved = files.find(requireNonNull(sobre));
    CommandLine line = requireNonNull(spec).commandLine();
    resolved.note(noIngest).ifPresent(note -> line.getErr().println("sobre: " + note));
    RunningRuns.Told told = RunningRuns.of(job, DaemonSockets.all());
    List<RunDetails> runs = new ArrayList<>(told.runs());
    try {
      addOthers(stored(job, resolved), runs);
    } catch (Failure | IOException e) {
      if (e instanceof Failure failure && failure.exitCode() == ExitCode.USAGE) {
        throw failure;
      }
      if (runs.isEmpty()) {
        throw unread(told, resolved, e);
      }
      line.getErr().println("sobre: " + whyOnlyHere(resolved, e));
    }
    if (runs.isEmpty()) {
      refuseUncovered(resolved);
      throw new Failure(
          ExitCode.BAD_DATA,
          told.hasJustBegun()
              ? MESSAGES.text("job.begins", id)
              : MESSAGES.text(
                  "job.unknown", id, asked(told), resolved.ledger().root(), elsewhere(resolved)));
    }
    List<RunDetails> chosen = chosen(runs);
    line.getOut()
        .print(
            switch (format) {
              case table -> new JobText(resolved.zone(), blocks()).of(chosen);
              case json -> JobJson.of(job, chosen);
            });
    line.getOut().flush();
    return ExitCode.DONE;
  }

  private static Failure noId() {
    return new Failure(ExitCode.USAGE, MESSAGES.text("job.none"));
  }

  /** Those of one start, where the id names one. */
  private List<RunDetails> chosen(List<RunDetails> runs) {
    OptionalInt start = start();
    List<RunDetails> chosen =
        runs.stream()
            .filter(run -> start.isEmpty() || run.job().restart() == start.getAsInt())
            .toList();
    if (chosen.isEmpty()) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("job.start", id, String.valueOf(job())));
    }
    return chosen;
  }

  private static String asked(RunningRuns.Told told) {
    return MESSAGES.text(told.answered() ? "job.asked" : "job.asked.nobody");
  }

  /** A station is no part of a cluster. */
  private String elsewhere(ChosenLedger resolved) {
    return resolved.station() ? "" : MESSAGES.text("job.elsewhere", String.valueOf(job()));
  }

  private Failure unread(RunningRuns.Told told, ChosenLedger resolved, Exception e) {
    if (told.hasJustBegun()) {
      return new Failure(ExitCode.BAD_DATA, MESSAGES.text("job.begins", id));
    }
    int status = e instanceof Failure failure ? failure.exitCode() : ExitCode.INPUT_OUTPUT;
    return new Failure(
        status,
        MESSAGES.text("job.unread", id, asked(told), Main.inputOutput(e), elsewhere(resolved)));
  }

  /** That the ledger is the accountants' is as it should be; anything else is trouble. */
  private static String whyOnlyHere(ChosenLedger resolved, Exception e) {
    return new FileAccess().isForbidden(resolved.ledger().root())
        ? MESSAGES.text("job.here.only")
        : MESSAGES.text("job.here.trouble", Main.inputOutput(e));
  }

  private List<RunDetails> stored(long job, ChosenLedger resolved) throws IOException {
    boolean asItIs = noIngest || resolved.isStoreAlone();
    if (!asItIs) {
      resolved.refuseAbsent();
    }
    try (AccountingStore store = resolved.openStore(asItIs)) {
      if (!asItIs) {
        try (WaitingBar bar = WaitingBar.onTerminal()) {
          LedgerIngestCommand.ingest(resolved.ledger(), store, bar);
        }
      }
      List<RunDetails> found = JobRuns.find(store, resolved.cluster(), job);
      if (found.isEmpty()) {
        String cluster = resolved.cluster().orElse(SlurmExchange.UNNAMED);
        accounted.addAll(
            store.read(
                connection -> {
                  try (SlurmJobs slurm = new SlurmJobs(connection)) {
                    return slurm.find(cluster, job);
                  }
                }));
      }
      return found;
    }
  }

  /** Of a job that Slurm's accounting knows it is said what that tells, and what nobody can. */
  private void refuseUncovered(ChosenLedger resolved) {
    for (int i = accounted.size() - 1; i >= 0; i--) {
      if (accounted.get(i).hasRun() && accounted.get(i).hasEnded()) {
        throw new Failure(ExitCode.BAD_DATA, UncoveredJob.text(accounted.get(i), resolved.zone()));
      }
    }
  }

  /**
   * What the daemon tells of a run that goes on is newer, what the ledger has of one that has ended
   * is finer. An id that came round again is another job's.
   */
  private static void addOthers(List<RunDetails> stored, List<RunDetails> runs) {
    List<RunDetails> here = List.copyOf(runs);
    if (here.isEmpty() || stored.stream().anyMatch(known -> isOfOneJob(known, here.get(0)))) {
      runs.removeIf(told -> stored.stream().anyMatch(line -> isItsLine(line, told)));
      stored.stream().filter(known -> runs.stream().noneMatch(known::isSameRun)).forEach(runs::add);
    }
  }

  private static boolean isItsLine(RunDetails line, RunDetails told) {
    return line.end().isPresent() && line.isSameRun(told);
  }

  /** Whoever had the id before had ended well before, with a lower restart count or none. */
  private static boolean isOfOneJob(RunDetails known, RunDetails here) {
    return known.goesOnIn(here) || known.job().restart() < here.job().restart();
  }

  private long job() {
    Matcher m = ID.matcher(id);
    if (OF_ARRAY.matcher(id).matches()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("job.array", id));
    }
    if (!m.matches()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("job.id", id));
    }
    return Long.parseLong(m.group(1));
  }

  private OptionalInt start() {
    Matcher m = ID.matcher(id);
    return m.matches() && m.group(2) != null
        ? OptionalInt.of(Integer.parseInt(m.group(2)))
        : OptionalInt.empty();
  }

  private static boolean blocks() {
    return Charset.defaultCharset().newEncoder().canEncode(A_BLOCK);
  }
}
