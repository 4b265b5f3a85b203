package org.sobre.hardware.config;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sobre.hardware.message.Messages;

/**
 * A pattern of short host names, as a shell has it: {@code *}, {@code ?}, {@code [ab]}, {@code
 * [!0-4]}. Written by hand and not taken from the JDK: its glob is one of paths, and reads Slurm's
 * {@code n[01-10]} as a set of letters without a word.
 *
 * @param glob as it was written
 */
public record HostPattern(String glob, Pattern regex) {

  private static final Messages MESSAGES = Messages.of(HostPattern.class);

  private static final Pattern LETTERS = Pattern.compile("[A-Za-z0-9*?\\[\\]!^_-]+");

  /** As Linux has it: HOST_NAME_MAX. */
  private static final int LONGEST_NAME = 64;

  /** What Slurm calls a host list: numbers of several digits, or a comma, in brackets. */
  private static final Pattern HOST_LIST =
      Pattern.compile(".*\\[[^\\]]*(\\d{2,}-|-\\d{2,}|,)[^\\]]*].*");

  /** Why a text is no pattern; absent if it is one. */
  public static Optional<String> flaw(String text) {
    if (text.length() > LONGEST_NAME) {
      return Optional.of(MESSAGES.text("pattern.letters", ScalarText.shown(text)));
    }
    if (HOST_LIST.matcher(text).matches()) {
      return Optional.of(MESSAGES.text("pattern.hostList", ScalarText.shown(text)));
    }
    if (!LETTERS.matcher(text).matches()) {
      return Optional.of(MESSAGES.text("pattern.letters", ScalarText.shown(text)));
    }
    try {
      parse(text);
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of(MESSAGES.text("pattern.brackets", ScalarText.shown(text)));
    }
  }

  /**
   * @throws PatternSyntaxException for brackets that are empty, not closed, or hold 9-0
   */
  public static HostPattern parse(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char letter = glob.charAt(i);
      if (letter == '[') {
        int end = glob.indexOf(']', i + 1);
        regex.append(set(glob, i, end));
        i = end;
      } else {
        regex.append(outside(glob, i));
      }
    }
    return new HostPattern(glob, Pattern.compile(regex.toString()));
  }

  public boolean matches(String host) {
    return regex.matcher(host).matches();
  }

  private static String outside(String glob, int at) {
    char letter = glob.charAt(at);
    return switch (letter) {
      case '*' -> ".*";
      case '?' -> ".";
      case ']' -> throw new PatternSyntaxException("not opened", glob, at);
      default -> Pattern.quote(String.valueOf(letter));
    };
  }

  private static String set(String glob, int start, int end) {
    String inside = end < 0 ? "" : glob.substring(start + 1, end);
    boolean negated = inside.startsWith("!") || inside.startsWith("^");
    String letters = negated ? inside.substring(1) : inside;
    if (letters.isEmpty() || letters.indexOf('[') >= 0) {
      throw new PatternSyntaxException("not a set of letters", glob, start);
    }
    return (negated ? "[^" : "[") + letters.replace("^", "\\^") + "]";
  }
}
