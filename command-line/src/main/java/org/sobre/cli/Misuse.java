package org.sobre.cli;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sobre.hardware.config.Suggestion;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What somebody who typed a wrong option or command had in mind. */
final class Misuse {

  /** Of a beginning of an option's name, so that {@code --dr} is near {@code --dry-run}. */
  private static final int SHORTEST_BEGINNING = "--x".length();

  private Misuse() {}

  /**
   * A mistyped option makes a required one missing, which picocli tells first; the mistyped one is
   * what the person can see.
   *
   * @param words as they were typed
   * @return the unknown option if there is one, else what was given
   */
  static ParameterException causeOf(ParameterException first, String[] words) {
    if (!(first instanceof MissingParameterException)) {
      return first;
    }
    CommandLine again = SobreCommand.commandLineFor(words);
    collectErrors(again);
    again.parseArgs(words);
    return parsed(again)
        .flatMap(line -> line.getParseResult().errors().stream())
        .filter(UnmatchedArgumentException.class::isInstance)
        .map(UnmatchedArgumentException.class::cast)
        .filter(UnmatchedArgumentException::isUnknownOption)
        .findFirst()
        .map(ParameterException.class::cast)
        .orElse(first);
  }

  private static void collectErrors(CommandLine line) {
    line.getCommandSpec().parser().collectErrors(true);
    line.getSubcommands().values().forEach(Misuse::collectErrors);
  }

  private static Stream<CommandLine> parsed(CommandLine root) {
    return root.getParseResult().asCommandLineList().stream();
  }

  /** The option or subcommand nearest to the first unknown word, if one is near enough. */
  static Optional<String> meant(ParameterException exception) {
    if (!(exception instanceof UnmatchedArgumentException unmatched)) {
      return Optional.empty();
    }
    String typed = unmatched.getUnmatched().get(0).split("=", 2)[0];
    CommandLine line = exception.getCommandLine();
    if (typed.startsWith("-")) {
      return near(typed, longOptions(line));
    }
    String parent = line.getCommandSpec().qualifiedName();
    return near(typed, line.getSubcommands().keySet()).map(name -> parent + " " + name);
  }

  /** One letter is near every other. */
  private static List<String> longOptions(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .flatMap(option -> Stream.of(option.names()))
        .filter(name -> name.startsWith("--"))
        .toList();
  }

  private static Optional<String> near(String typed, Collection<String> known) {
    return known.stream()
        .filter(word -> typed.length() >= SHORTEST_BEGINNING && word.startsWith(typed))
        .findFirst()
        .or(() -> Suggestion.nearest(typed, known));
  }
}
