package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

/** sinfo did not list the nodes. The message is what it said, or what was found. */
public final class SinfoException extends Exception {

  private static final long serialVersionUID = 1;

  /** What is the matter. */
  public enum Kind {
    /** There is no such program here. */
    ABSENT,
    /** No answer in time. */
    SILENT,
    /** It ended with a complaint. */
    REFUSED,
    /** Its answer is not what is known of sinfo. */
    UNREADABLE
  }

  private final Kind kind;

  SinfoException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
