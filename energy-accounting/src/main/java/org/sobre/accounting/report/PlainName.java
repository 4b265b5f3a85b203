package org.sobre.accounting.report;

/** A name that a user chose, as a terminal can show it. */
public final class PlainName {

  private static final char UNSHOWN = '\ufffd';

  private PlainName() {}

  /** Without what a terminal obeys or what turns text around: control and format characters. */
  public static String of(String name) {
    return name.codePoints().noneMatch(PlainName::isObeyed)
        ? name
        : name.codePoints()
            .map(point -> isObeyed(point) ? UNSHOWN : point)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static boolean isObeyed(int point) {
    int type = Character.getType(point);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
