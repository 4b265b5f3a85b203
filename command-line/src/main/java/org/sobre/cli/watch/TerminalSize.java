package org.sobre.cli.watch;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a terminal shows.
 *
 * @param columns at least 1
 * @param rows at least 1
 */
public record TerminalSize(int columns, int rows) {

  /** Of a terminal that does not tell. */
  public static final TerminalSize USUAL = new TerminalSize(80, 24);

  private static final Pattern STTY = Pattern.compile("(\\d{1,5}) (\\d{1,5})");

  public TerminalSize {
    if (columns < 1 || rows < 1) {
      throw new IllegalArgumentException(
          "a terminal must have columns and rows, found " + columns + " and " + rows);
    }
  }

  /**
   * @param text of {@code stty size}: rows and columns; both are 0 on a line that has no size
   */
  public static Optional<TerminalSize> parse(String text) {
    Matcher m = STTY.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    int rows = Integer.parseInt(m.group(1));
    int columns = Integer.parseInt(m.group(2));
    return rows < 1 || columns < 1
        ? Optional.empty()
        : Optional.of(new TerminalSize(columns, rows));
  }
}
