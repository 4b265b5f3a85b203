package org.sobre.hardware.config;

import java.util.Comparator;

/**
 * One thing that is wrong in a document a person wrote.
 *
 * @param source the file, as it was named
 * @param line from 1
 * @param column from 1
 * @param message subject, what was expected, what was found, what to do
 */
public record Problem(String source, int line, int column, String message)
    implements Comparable<Problem> {

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::source)
          .thenComparingInt(Problem::line)
          .thenComparingInt(Problem::column);

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return source + ":" + line + ":" + column + ": " + message;
  }
}
