package org.sobre.cli;

/**
 * Exit statuses of the {@code sobre} command; documented in docs/exit-codes.md. The numbers are
 * those of sysexits.h.
 */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int USAGE = 2;

  /** Input data cannot be used. */
  public static final int BAD_DATA = 65;

  /** No GPU fits, or a needed service is absent. */
  public static final int UNAVAILABLE = 69;

  /** A defect of Sobre itself. */
  public static final int SOFTWARE = 70;

  public static final int INPUT_OUTPUT = 74;

  /** Slurm answered and refused; EX_NOPERM. */
  public static final int REFUSED = 77;

  public static final int BAD_CONFIGURATION = 78;

  /** Ended by Ctrl-C: 128 and the number of SIGINT. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
