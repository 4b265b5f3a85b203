package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

/**
 * One thing about a machine that a person should know.
 *
 * @param subject {@code nvidia-smi}, {@code GPU 0 (0000:01:00.0)}
 * @param text what was found and, for a problem, what to do
 */
public record Finding(Severity severity, String subject, String text) {

  /** How much it matters. */
  public enum Severity {
    /** As it should be, or a choice. */
    NOTE,
    /** Usable, and something is not as it should be. */
    WARNING,
    /** Something is out of use until a person acts. */
    PROBLEM
  }

  public Finding {
    requireNonNull(severity, "severity");
    requireNonNull(subject, "subject");
    requireNonNull(text, "text");
  }

  @Override
  public String toString() {
    return subject + ": " + text;
  }
}
