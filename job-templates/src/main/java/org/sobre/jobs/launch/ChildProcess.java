package org.sobre.jobs.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.sobre.hardware.message.Messages;

/**
 * Runs a job's own command and waits for it.
 *
 * <p>Standard input is inherited: the pump of Commons Exec never closes the child's end when its
 * own is at its end, and the child then waits for ever (seen). Output is where the wrapper's own is
 * ({@link OutputStreams}).
 */
public final class ChildProcess {

  /** Exit statuses of the shells for a command that could not be started. */
  public static final int NOT_EXECUTABLE = 126;

  public static final int NOT_FOUND = 127;

  private static final Messages MESSAGES = Messages.of(ChildProcess.class);
  private static final int ENOENT = 2;
  private static final int EACCES = 13;

  /** Before the system's own: {@code Cannot run program "x": error=7, Argument list too long}. */
  private static final Pattern JAVAS_WORDS = Pattern.compile("(?s)^.*error=\\d+, ");

  /**
   * How it went.
   *
   * @param status the child's own; 128+n if it died of signal n, which cannot be told from a child
   *     that exits with 128+n; 126 or 127 if it was not started
   * @param started whether there was a child
   * @param detail why it was not started, for a person; empty if it was
   * @param stdout of its standard output, and of its standard error if both are one pipe or file
   * @param signals that this process got, without SIG
   */
  public record Result(
      int status, boolean started, String detail, Tail stdout, Tail stderr, Set<String> signals) {

    public Result {
      signals = Set.copyOf(signals);
    }

    /** Of a child that was not started, or that wrote nothing. */
    public Result(int status, boolean started, String detail) {
      this(status, started, detail, Tail.NONE, Tail.NONE, Set.of());
    }

    /** What the child says it has done: on its standard output, else on the other. */
    public OptionalLong items() {
      return stdout.items().isPresent() ? stdout.items() : stderr.items();
    }

    /** How long the child says it has loaded: on its standard output, else on the other. */
    public Optional<Duration> loaded() {
      return stdout.loaded().or(stderr::loaded);
    }
  }

  private final SignalRelay relay;

  /**
   * @param relay passes signals on; it is installed before the child starts
   */
  public ChildProcess(SignalRelay relay) {
    this.relay = relay;
  }

  /**
   * @param command program and arguments, taken as they are; a program without a slash is looked up
   *     on PATH
   * @param environment of the child, complete
   */
  public Result run(List<String> command, Map<String, String> environment) {
    return run(command, environment, new OutputStreams());
  }

  /**
   * The same with both streams of the child on the wrapper's standard error, remembered also where
   * that is a terminal: the child then sees none.
   */
  public Result watch(List<String> command, Map<String, String> environment) {
    return run(command, environment, OutputStreams.watched());
  }

  private Result run(List<String> command, Map<String, String> environment, OutputStreams streams) {
    if (command.get(0).isBlank()) {
      return new Result(NOT_FOUND, false, MESSAGES.text("program.empty"));
    }
    relay.install();
    Optional<String> ending = relay.endedBy();
    if (ending.isPresent()) {
      String detail = MESSAGES.text("program.ended", command.get(0), ending.get());
      return new Result(SignalRelay.status(ending.get()), false, detail);
    }
    try {
      CommandLine line = new CommandLine(command.get(0));
      command.stream().skip(1).forEach(argument -> line.addArgument(argument, false));
      int status = new InheritingExecutor(command, relay, streams).execute(line, environment);
      return new Result(status, true, "", streams.stdout(), streams.stderr(), relay.seen());
    } catch (IOException e) {
      return notStarted(command.get(0), String.valueOf(e.getMessage()));
    } finally {
      relay.childEnded();
    }
  }

  /** As a shell tells them apart; Java's message ends in the error number of exec(2). */
  private static Result notStarted(String program, String message) {
    if (message.contains("error=" + ENOENT + ",")) {
      if (program.contains("/") && Files.exists(Path.of(program))) {
        return new Result(NOT_FOUND, false, MESSAGES.text("program.noInterpreter", program));
      }
      return new Result(NOT_FOUND, false, MESSAGES.text("program.absent", program));
    }
    String detail =
        message.contains("error=" + EACCES + ",")
            ? MESSAGES.text("program.notExecutable", program)
            : MESSAGES.text(
                "program.notStarted", program, JAVAS_WORDS.matcher(message).replaceFirst(""));
    return new Result(NOT_EXECUTABLE, false, detail);
  }

  /** Commons Exec with streams of ours, and with every exit status an answer. */
  private static final class InheritingExecutor extends DefaultExecutor {

    private final List<String> command;
    private final SignalRelay relay;
    private final OutputStreams streams;

    @SuppressWarnings("deprecation") // the builder makes no subclass
    InheritingExecutor(List<String> command, SignalRelay relay, OutputStreams streams) {
      this.command = command;
      this.relay = relay;
      this.streams = streams;
      setExitValues(null);
      setStreamHandler(streams);
      // The child inherits ours, whatever is said here; but one that its user may not search is
      // none to Commons Exec.
      setWorkingDirectory(new File("/"));
    }

    /** The words are those of the caller: CommandLine turns backslashes of a program's name. */
    @Override
    protected Process launch(CommandLine line, Map<String, String> environment, Path directory)
        throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command);
      streams.redirect(builder);
      builder.environment().clear();
      builder.environment().putAll(environment);
      relay.childStarts();
      Process process = builder.start();
      relay.childStarted(process);
      return process;
    }
  }
}
