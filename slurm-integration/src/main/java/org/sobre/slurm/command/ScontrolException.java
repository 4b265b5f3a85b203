package org.sobre.slurm.command;

/** A Slurm command that did not do what it was asked. The message is for a person. */
public final class ScontrolException extends Exception {

  private static final long serialVersionUID = 1;

  /** What can be done about it. */
  public enum Kind {
    /** No answer in time, no controller, or no such program: try later. */
    UNREACHABLE,
    /** A job is on the node. */
    BUSY,
    /** Slurm understood and refused, or answered something we cannot read. */
    REFUSED
  }

  private final Kind kind;

  public ScontrolException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
