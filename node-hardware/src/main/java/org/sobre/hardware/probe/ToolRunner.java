package org.sobre.hardware.probe;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs a short-lived tool under a deadline. Tests use a hand-written fake. */
public interface ToolRunner {

  /**
   * Runs the command with {@code LC_ALL=C}, no standard input, and returns within about the
   * deadline whatever the tool does: ignore SIGTERM, keep its pipes open in a grandchild, or sit in
   * the kernel. Never throws for what a tool does.
   *
   * @param command program and arguments; a program without a slash is looked up on PATH
   * @param extraEnvironment added to this process's own
   */
  ToolResult run(List<String> command, Map<String, String> extraEnvironment, Duration deadline);

  default ToolResult run(List<String> command, Duration deadline) {
    return run(command, Map.of(), deadline);
  }
}
