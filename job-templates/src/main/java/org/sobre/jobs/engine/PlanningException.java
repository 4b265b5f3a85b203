package org.sobre.jobs.engine;

/**
 * The job's command is not started: no batch fits, or what is needed to say so is not known. The
 * message is one sentence for a person; the wrapper exits with 69.
 */
public final class PlanningException extends Exception {

  private static final long serialVersionUID = 1;

  public PlanningException(String message) {
    super(message);
  }
}
