package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.daemon.health.CardRelease;

/**
 * The command line: {@code sobre-monitord [--own] [--config FILE] [--help] [--version] [release
 * [--for TIME] | resume]}.
 *
 * @param own a user's own daemon, not the node's
 * @param config the file named, if one is
 * @param releaseFor how long the GPUs are let go of
 */
record Options(Kind kind, boolean own, Optional<Path> config, Duration releaseFor) {

  static final String USAGE =
      """
      usage: sobre-monitord [--own] [--config FILE]
             sobre-monitord [--own] release [--for TIME] | resume
      Measures the energy of this node, attributes it to jobs, writes the ledger.
        --own          for this user alone, on a machine without Slurm: socket in
                       $XDG_RUNTIME_DIR/sobre, ledger in ~/.local/state/sobre/ledger;
                       ends by itself 10 s after the last run
        --config FILE  configuration (default /etc/sobre/sobre.yaml)
        --version      print the version
        --help         print this
      release has the daemon that runs let go of the GPUs, for a reset of one or a
      change of driver, and comes back when it has; resume ends that. Root's.
        --for TIME     end by itself after TIME, as 90s, 30m (default) or 2h; at most 24h
      """;

  private static final Duration RELEASE = Duration.ofMinutes(30);
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(s|m|min|h)");

  enum Kind {
    /** The daemon. */
    RUN,
    /** Tell a daemon to let go of the GPUs. */
    RELEASE,
    /** Tell it to read them again. */
    RESUME,
    HELP,
    VERSION
  }

  Options {
    requireNonNull(kind, "kind");
    requireNonNull(config, "config");
    requireNonNull(releaseFor, "releaseFor");
  }

  /**
   * @throws IllegalArgumentException naming the argument that is not understood
   */
  static Options parse(List<String> arguments) {
    Optional<Path> config = Optional.empty();
    Optional<Duration> time = Optional.empty();
    boolean own = false;
    Kind kind = Kind.RUN;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean more = i + 1 < arguments.size();
      if (argument.equals("--help") || argument.equals("-h")) {
        return new Options(Kind.HELP, false, Optional.empty(), RELEASE);
      } else if (argument.equals("--version")) {
        return new Options(Kind.VERSION, false, Optional.empty(), RELEASE);
      } else if (argument.equals("--own")) {
        own = true;
      } else if (argument.equals("--config") && more) {
        i++;
        config = Optional.of(Path.of(arguments.get(i)));
      } else if (argument.startsWith("--config=")) {
        config = Optional.of(Path.of(argument.substring("--config=".length())));
      } else if (argument.equals("--for") && more) {
        i++;
        time = Optional.of(time(arguments.get(i)));
      } else if (argument.startsWith("--for=")) {
        time = Optional.of(time(argument.substring("--for=".length())));
      } else if (argument.equals("release") && kind == Kind.RUN) {
        kind = Kind.RELEASE;
      } else if (argument.equals("resume") && kind == Kind.RUN) {
        kind = Kind.RESUME;
      } else {
        throw new IllegalArgumentException("unknown or unfinished option " + argument);
      }
    }
    if (time.isPresent() && kind != Kind.RELEASE) {
      throw new IllegalArgumentException("--for goes with release alone");
    }
    return new Options(kind, own, config, time.orElse(RELEASE));
  }

  private static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofMinutes(count);
          };
      if (!time.isZero() && time.compareTo(CardRelease.LONGEST) <= 0) {
        return time;
      }
    }
    throw new IllegalArgumentException(
        "--for: expected a time of 1s to 24h, as 90s, 30m or 2h, found " + text);
  }
}
