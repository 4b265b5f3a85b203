package org.sobre.hardware.probe;

import java.util.regex.Pattern;

/** Text that a tool printed, on its way to a person, a file or a name. */
public final class ToolText {

  /**
   * The most characters of an answer that any parser looks at, and the most bytes that are kept of
   * one: 64 cards of 120 kB are half of it.
   */
  public static final int LONGEST_ANSWER = 16 << 20;

  /** The longest name of a card that is known has 45 characters. */
  private static final int MAX_CHARACTERS = 200;

  /** Beside the controls, of which U+009B is ESC [ to some terminals: what turns a line around. */
  private static final Pattern CONTROLS =
      Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069]+");

  private ToolText() {}

  /**
   * One short line of whatever a tool printed, fit for a terminal, a file and a name: without
   * control characters, and cut where it is longer than any text that means something.
   */
  public static String printable(String printed) {
    // cut first, generously: what is left of a text of megabytes is cheap to clean
    String some = printed.strip();
    some = some.substring(0, Math.min(some.length(), 4 * MAX_CHARACTERS));
    String line = oneLine(some).strip();
    return line.length() > MAX_CHARACTERS ? line.substring(0, MAX_CHARACTERS) : line;
  }

  /**
   * All of a text as one line that leaves a terminal as it is: a space for each run of controls.
   */
  public static String oneLine(String text) {
    return CONTROLS.matcher(text).replaceAll(" ");
  }
}
