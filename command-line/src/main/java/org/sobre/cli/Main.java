package org.sobre.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Entry point of the {@code sobre} command. */
public final class Main {

  private static final Messages MESSAGES = Messages.of(Main.class);

  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  private Main() {}

  public static void main(String[] args) {
    StoreAhead.begin(args);
    System.exit(written(run(inUtf8(SobreCommand.commandLineFor(args)), args)));
  }

  /** Output that was lost, on a full disk say, is no success; a job's own status stays. */
  private static int written(int status) {
    if (status == ExitCode.DONE && System.out.checkError() && !readerHasGone()) {
      System.err.println("sobre: " + MESSAGES.text("main.outputLost"));
      return ExitCode.INPUT_OUTPUT;
    }
    return status;
  }

  /**
   * Whether the output that failed is a pipe or socket: who read it, head say, has had enough, and
   * that is no failure. The error itself would say so in words of the locale.
   */
  private static boolean readerHasGone() {
    try {
      String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  /** As {@link #main}, giving the exit status back instead of ending the JVM. */
  static int run(String... args) {
    return run(SobreCommand.commandLineFor(args), args);
  }

  static int run(CommandLine command, String[] args) {
    command.setExecutionExceptionHandler((exception, line, result) -> report(exception, line));
    command.setParameterExceptionHandler((exception, words) -> misused(exception, words));
    command.setExecutionStrategy(Main::inTheirLanguage);
    return command.execute(args);
  }

  /** One style for all: what is wrong, what was meant, where to read on. */
  private static int misused(ParameterException first, String[] words) {
    ParameterException exception = Misuse.causeOf(first, words);
    CommandLine line = first.getCommandLine();
    speak(line);
    line.getErr().println("sobre: " + UsageSentences.of(String.valueOf(exception.getMessage())));
    Misuse.meant(exception)
        .ifPresent(meant -> line.getErr().println(MESSAGES.text("usage.didYouMean", meant)));
    hint(line);
    return ExitCode.USAGE;
  }

  private static void hint(CommandLine line) {
    line.getErr().println(MESSAGES.text("usage.hint", line.getCommandSpec().qualifiedName()));
  }

  /** A version is the same in all languages, and is asked where nothing else may work yet. */
  private static int inTheirLanguage(ParseResult result) {
    if (result.asCommandLineList().stream().noneMatch(CommandLine::isVersionHelpRequested)) {
      speak(result.commandSpec().commandLine());
    }
    if (result.commandSpec().root().userObject() instanceof SobreCommand sobre
        && result.asCommandLineList().stream().noneMatch(Main::needsNoConfig)) {
      requireConfig(sobre, result.commandSpec().commandLine());
    }
    return new RunLast().execute(result);
  }

  /** Help, and what lists the files that cannot be read beside the others. */
  private static boolean needsNoConfig(CommandLine line) {
    return line.isVersionHelpRequested()
        || line.isUsageHelpRequested()
        || line.getCommandSpec().userObject() instanceof ConfigCheckCommand;
  }

  /** Who names a file means it, also where the command needs nothing of it. */
  private static void requireConfig(SobreCommand sobre, CommandLine line) {
    try {
      sobre.requireConfigFile();
    } catch (IOException e) {
      throw new ExecutionException(line, String.valueOf(e.getMessage()), e);
    }
  }

  private static void speak(CommandLine line) {
    if (line.getCommandSpec().root().userObject() instanceof SobreCommand sobre) {
      sobre.speak();
    }
  }

  /**
   * The locale of a batch job is often POSIX, whose ASCII would make a question mark of every
   * accent; what shows its output reads UTF-8.
   */
  private static CommandLine inUtf8(CommandLine command) {
    if (Charset.defaultCharset().equals(StandardCharsets.US_ASCII)) {
      command.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
      command.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }
    return command;
  }

  private static int report(Exception exception, CommandLine line) {
    if (exception instanceof Failure failure) {
      line.getErr().println("sobre: " + failure.getMessage());
      if (failure.exitCode() == ExitCode.USAGE) {
        hint(line);
      }
      return failure.exitCode();
    }
    if (exception instanceof ConfigurationException configuration) {
      for (Problem problem : configuration.problems()) {
        line.getErr().println("sobre: " + problem);
      }
      return ExitCode.BAD_CONFIGURATION;
    }
    if (exception instanceof IOException || exception instanceof UncheckedIOException) {
      line.getErr().println("sobre: " + inputOutput(exception));
      return ExitCode.INPUT_OUTPUT;
    }
    line.getErr().println("sobre: " + MESSAGES.text("main.defect"));
    exception.printStackTrace(line.getErr());
    return ExitCode.SOFTWARE;
  }

  /** The JDK's messages of a missing or closed file are its bare name. */
  static String inputOutput(Exception exception) {
    Throwable inner = exception instanceof UncheckedIOException ? exception.getCause() : null;
    Throwable cause = inner == null ? exception : inner;
    if (cause instanceof NoSuchFileException missing) {
      return MESSAGES.text("main.noFile", missing.getFile());
    }
    if (cause instanceof AccessDeniedException denied) {
      return MESSAGES.text("main.noPermission", denied.getFile());
    }
    if (cause instanceof NotDirectoryException file) {
      return MESSAGES.text("main.noDirectory", file.getFile());
    }
    return String.valueOf(cause.getMessage());
  }
}
