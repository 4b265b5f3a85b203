package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Something the verifier saw.
 *
 * @param line from 1
 * @param message what was expected and what was found there
 */
public record Finding(Severity severity, Path file, long line, String message) {

  public enum Severity {
    /** Something is missing, doubled or altered. */
    FAULT,
    /** Worth knowing; nothing of the account is wrong. */
    NOTE
  }

  public Finding {
    requireNonNull(severity, "severity");
    requireNonNull(file, "file");
    requireNonNull(message, "message");
  }

  @Override
  public String toString() {
    return file + ":" + line + ": " + message;
  }
}
