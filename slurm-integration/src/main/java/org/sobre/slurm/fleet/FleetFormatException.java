package org.sobre.slurm.fleet;

/** A list of nodes that cannot be compared with. The message names the line and what is odd. */
public final class FleetFormatException extends Exception {

  private static final long serialVersionUID = 1;

  public FleetFormatException(String message) {
    super(message);
  }
}
