package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

/** Slurm's accounting did not answer, or not so. The message says which command, and what. */
public final class SlurmAccountingException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is the matter. */
  public enum Kind {
    /** There is no such program here. */
    ABSENT,
    /** This Slurm keeps no accounts at all. */
    DISABLED,
    /** No answer in time. */
    SILENT,
    /** It ended with a complaint. */
    REFUSED,
    /** More jobs than are read at a time: ask for a shorter time. */
    TOO_MUCH,
    /** Its answer is not what is known of it. */
    UNREADABLE
  }

  private final Kind kind;

  SlurmAccountingException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
