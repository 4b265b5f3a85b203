package org.sobre.hardware.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a tool said. Both streams and the exit status are kept together: vendor tools print their
 * errors on stdout and usable answers with a status that is not zero (nvidia-smi's 14).
 *
 * @param exitStatus present only for {@link Ending#EXITED}
 */
public record ToolResult(
    List<String> command,
    Ending ending,
    OptionalInt exitStatus,
    String stdout,
    String stderr,
    Duration took) {

  /** How the tool ended. */
  public enum Ending {
    EXITED,
    /** Killed at its deadline, with everything it had started. */
    TIMED_OUT,
    /** There is no such program. */
    NOT_FOUND,
    /** There is one, and it could not be started. */
    NOT_STARTED,
    /** It printed more than was allowed, and was killed. */
    TOO_MUCH_OUTPUT
  }

  public ToolResult {
    command = List.copyOf(command);
    requireNonNull(ending, "ending");
    requireNonNull(stdout, "stdout");
    requireNonNull(stderr, "stderr");
    requireNonNull(took, "took");
    if ((ending == Ending.EXITED) != exitStatus.isPresent()) {
      throw new IllegalArgumentException(
          "an exit status belongs to EXITED only, found " + exitStatus + " with " + ending);
    }
  }

  public boolean succeeded() {
    return exitStatus.isPresent() && exitStatus.getAsInt() == 0;
  }
}
