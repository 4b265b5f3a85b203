package org.sobre.it.lab;

/**
 * What a command of the lab gave back.
 *
 * @param exitCode its exit status; 128+n for a death by signal n
 * @param output its standard output, whole
 * @param error its standard error, whole
 */
public record Result(int exitCode, String output, String error) {

  /** The output without its last line end; refuses a command that failed. */
  public String text() {
    if (exitCode != 0) {
      throw new AssertionError("exit status " + exitCode + "\n" + output + error);
    }
    return output.strip();
  }
}
