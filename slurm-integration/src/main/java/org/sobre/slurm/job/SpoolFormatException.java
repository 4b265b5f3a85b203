package org.sobre.slurm.job;

/**
 * A spool file that is not what a hook writes. The message names the key, what was expected and
 * what was found; it has no file name in it, because the parser sees only text.
 */
public final class SpoolFormatException extends Exception {

  private static final long serialVersionUID = 1;

  public SpoolFormatException(String message) {
    super(message);
  }
}
