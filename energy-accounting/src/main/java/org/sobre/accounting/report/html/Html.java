package org.sobre.accounting.report.html;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes elements. There is no way to write markup but by name, and no way to write a text but
 * escaped: a name that users choose cannot become either. What is written is HTML and well-formed
 * XML at once. Not thread-safe.
 */
final class Html {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");

  /** They have no end tag. */
  private static final Set<String> VOID = Set.of("meta", "br");

  /** Their text is raw to a browser, and so would be an escaped one. */
  private static final Set<String> RAW = Set.of("script", "style", "iframe", "noscript");

  private final StringBuilder text = new StringBuilder("<!DOCTYPE html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; every value is escaped
   */
  Html open(String element, String... attributes) {
    if (RAW.contains(element)) {
      throw new IllegalArgumentException("no element whose text is raw: " + element);
    }
    start(element, attributes);
    if (VOID.contains(element)) {
      text.append("/>\n");
    } else {
      text.append('>');
      open.push(element);
    }
    return this;
  }

  /** Ends the element begun last. */
  Html close() {
    String element = open.pop();
    text.append("</").append(element).append(element.equals("bdi") ? ">" : ">\n");
    return this;
  }

  /** Text of the program or of users. */
  Html text(String content) {
    text.append(escaped(content));
    return this;
  }

  /** An element with a text in it. */
  Html element(String element, String content, String... attributes) {
    return open(element, attributes).text(content).close();
  }

  /**
   * A text that somebody else chose: its direction cannot reach what stands beside it.
   *
   * @param name of a user, an account, a profile
   */
  Html name(String name) {
    return element("bdi", name);
  }

  /**
   * The program's own style sheet.
   *
   * @param css a constant, without {@code <}
   */
  Html style(String css) {
    if (css.indexOf('<') >= 0 || css.indexOf('&') >= 0) {
      throw new IllegalArgumentException("expected a style sheet without markup");
    }
    text.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  /** The whole document; every element must have been ended. */
  String document() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return text.toString();
  }

  private void start(String element, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("expected names and values, found an odd number");
    }
    text.append('<').append(checked(element));
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(checked(attributes[i])).append("=\"");
      text.append(escaped(attributes[i + 1])).append('"');
    }
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("expected a name of markup, found " + name);
    }
    return name;
  }

  /** A control character, or half of a pair, is shown as the sign for what cannot be shown. */
  static String escaped(String content) {
    StringBuilder escaped = new StringBuilder(content.length() + 16);
    content.codePoints().forEach(point -> append(escaped, point));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int point) {
    switch (point) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> {
        boolean shown =
            point == '\n'
                || (!Character.isISOControl(point)
                    && Character.getType(point) != Character.SURROGATE
                    && (point & 0xFFFE) != 0xFFFE);
        escaped.appendCodePoint(shown ? point : '\uFFFD');
      }
    }
  }
}
