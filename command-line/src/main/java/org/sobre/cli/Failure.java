package org.sobre.cli;

/**
 * Ends a subcommand with a message for a person and an exit status. The message names the thing,
 * what was expected, what was found, what to do; it is printed alone, without a stack trace.
 */
final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int exitCode;

  Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
