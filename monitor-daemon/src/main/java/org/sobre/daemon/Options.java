package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command line: {@code sobre-monitord [--own] [--config FILE] [--help] [--version]}.
 *
 * @param config the file named, if one is
 */
record Options(Kind kind, Optional<Path> config) {

  static final String USAGE =
      """
      usage: sobre-monitord [--own] [--config FILE]
      Measures the energy of this node, attributes it to jobs, writes the ledger.
        --own          for this user alone, on a machine without Slurm: socket in
                       $XDG_RUNTIME_DIR/sobre, ledger in ~/.local/state/sobre/ledger;
                       ends by itself 10 s after the last run
        --config FILE  configuration (default /etc/sobre/sobre.yaml)
        --version      print the version
        --help         print this
      """;

  enum Kind {
    /** The node's daemon. */
    RUN,
    /** A user's own. */
    RUN_OWN,
    HELP,
    VERSION
  }

  Options {
    requireNonNull(kind, "kind");
    requireNonNull(config, "config");
  }

  /**
   * @throws IllegalArgumentException naming the argument that is not understood
   */
  static Options parse(List<String> arguments) {
    Optional<Path> config = Optional.empty();
    Kind kind = Kind.RUN;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--help") || argument.equals("-h")) {
        return new Options(Kind.HELP, Optional.empty());
      } else if (argument.equals("--version")) {
        return new Options(Kind.VERSION, Optional.empty());
      } else if (argument.equals("--own")) {
        kind = Kind.RUN_OWN;
      } else if (argument.equals("--config") && i + 1 < arguments.size()) {
        i++;
        config = Optional.of(Path.of(arguments.get(i)));
      } else if (argument.startsWith("--config=")) {
        config = Optional.of(Path.of(argument.substring("--config=".length())));
      } else {
        throw new IllegalArgumentException("unknown or unfinished option " + argument);
      }
    }
    return new Options(kind, config);
  }
}
