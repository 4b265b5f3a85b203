package org.sobre.slurm.health;

/** A text that is no health state; the message says what was expected and what was found. */
public final class HealthFormatException extends Exception {

  private static final long serialVersionUID = 1L;

  HealthFormatException(String message) {
    super(message);
  }
}
