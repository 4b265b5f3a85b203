package org.sobre.hardware.config;

import java.util.Comparator;

/**
 * One thing that is wrong in a document a person wrote.
 *
 * @param source the file, as it was named
 * @param line from 1
 * @param column from 1
 * @param key as {@code slurm.controller}; empty where it is about the document
 * @param flaw what was expected, what was found, what to do
 */
public record Problem(String source, int line, int column, String key, String flaw)
    implements Comparable<Problem> {

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::source)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column);

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /** The flaw with its subject, without its place. */
  public String message() {
    return key.isEmpty() ? flaw : key + ": " + flaw;
  }

  /** {@code file:line:column}. */
  public String place() {
    return source + ":" + line + ":" + column;
  }

  @Override
  public String toString() {
    return place() + ": " + message();
  }
}
