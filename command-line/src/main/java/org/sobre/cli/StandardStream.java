package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A stream of this process; Java has no call that tells of one alone what it leads to. */
enum StandardStream {
  OUTPUT("1"),
  ERROR("2");

  private static final String DUMB = "dumb";

  private final Path link;

  StandardStream(String descriptor) {
    this.link = Path.of("/proc/self/fd", descriptor);
  }

  boolean isTerminal() {
    try {
      return isTerminal(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it is a terminal on which one can write wherever one likes. */
  boolean isScreen() {
    return isTerminal() && mayBeScreen(Optional.ofNullable(System.getenv("TERM")));
  }

  static boolean isTerminal(String target) {
    return target.startsWith("/dev/pts/")
        || target.startsWith("/dev/tty")
        || target.equals("/dev/console");
  }

  /**
   * @param kind {@code TERM} of the environment
   */
  static boolean mayBeScreen(Optional<String> kind) {
    return kind.filter(name -> !name.isEmpty() && !name.equals(DUMB)).isPresent();
  }
}
