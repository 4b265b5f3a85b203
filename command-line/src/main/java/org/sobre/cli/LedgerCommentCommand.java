package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.slurm.CommentList;
import org.sobre.accounting.slurm.CommentList.Entry;
import org.sobre.accounting.slurm.CommentWriting;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.slurm.command.SlurmAccounting;
import org.sobre.slurm.node.SlurmConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre ledger comment}: what jobs drew into Slurm's accounting. */
@Command(
    name = "comment",
    description = {
      "Write what jobs that have ended drew into Slurm's accounting, as their AdminComment.",
      "For SlurmUser or root, and only where slurm.comments of sobre.yaml is true: the last ledger"
          + " ingest says which. A comment of somebody else's stays."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all that was due is written, or as many as slurm.commentsPerMinute allows",
      "69:Slurm's accounting did not answer, or refused",
      "74:a file cannot be read or written"
    },
    footerHeading = "%nExample:%n",
    footer = "  sobre ledger comment && sacct -o jobid,admincomment%%60")
final class LedgerCommentCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(LedgerCommentCommand.class);
  private static final Path STATE = Path.of("/var/lib/sobre-comment");
  private static final String WRITTEN = "written";

  /** The timer begins the next one a minute later. */
  private static final Duration AT_MOST = Duration.ofSeconds(50);

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where is kept what was written, so that Slurm is not asked again; by default"
              + " $STATE_DIRECTORY or /var/lib/sobre-comment.")
  private @Nullable Path state;

  @ParentCommand private @Nullable LedgerCommand ledger;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    SobreConfig config = requireNonNull(ledger).sobre().loadConfig();
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    StoreConfig store = StoreConfig.from(config.store());
    config.problems().refuseIfAny();
    Path list = SlurmExchange.comments(store.url());
    Optional<List<Entry>> due =
        slurm.comments().isWritten() ? CommentList.read(list) : Optional.empty();
    if (due.isEmpty()) {
      print(MESSAGES.text(slurm.comments().isWritten() ? "comment.none" : "comment.off", list));
      return ExitCode.DONE;
    }
    write(due.get(), slurm.comments().perMinute());
    return ExitCode.DONE;
  }

  private void write(List<Entry> due, int most) throws IOException {
    Path memory = directory().resolve(WRITTEN);
    Set<Entry> done = new HashSet<>(CommentList.read(memory).orElse(List.of()));
    CommentWriting.Result result =
        new CommentWriting(new SlurmAccounting(new CommonsExecToolRunner()), Clock.systemUTC())
            .write(due, done, most, AT_MOST);
    if (!result.settled().isEmpty()) {
      // what is no longer due need not be remembered
      CommentList.write(
          memory,
          Stream.concat(due.stream().filter(done::contains), result.settled().stream()).toList());
    }
    print(MESSAGES.text("comment.done", result.written(), result.foreign()));
    if (result.trouble().isPresent()) {
      throw new Failure(ExitCode.UNAVAILABLE, result.trouble().get());
    }
  }

  private Path directory() throws IOException {
    Path directory =
        Optional.ofNullable(state)
            .or(() -> Optional.ofNullable(System.getenv("STATE_DIRECTORY")).map(Path::of))
            .orElse(STATE);
    return Files.createDirectories(directory);
  }

  private void print(String text) {
    requireNonNull(spec).commandLine().getOut().println(text);
  }
}
