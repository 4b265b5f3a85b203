package org.sobre.energy.ledger;

import java.time.Instant;
import java.time.LocalDate;

/**
 * An instant as the ledger's writers have it, {@code 2026-11-20T14:00:00Z} with or without
 * milliseconds: most of what was spent on reading a line was spent on the general format. Any other
 * text is the general parser's.
 */
final class WrittenInstant {

  private static final int SECONDS_LENGTH = 20;
  private static final int MILLIS_LENGTH = 24;
  private static final String FORM = "0000-00-00T00:00:00.000Z";
  private static final int SECONDS_A_DAY = 86_400;
  private static final long NANOS_A_MILLI = 1_000_000;

  private WrittenInstant() {}

  /**
   * @throws java.time.DateTimeException if it is no instant
   */
  static Instant parse(String text) {
    if (!hasForm(text)
        || number(text, 11, 13) > 23
        || text.charAt(14) > '5'
        || text.charAt(17) > '5') {
      return Instant.parse(text);
    }
    LocalDate day =
        LocalDate.of((int) number(text, 0, 4), (int) number(text, 5, 7), (int) number(text, 8, 10));
    long second = number(text, 11, 13) * 3600 + number(text, 14, 16) * 60 + number(text, 17, 19);
    long millis = text.length() == MILLIS_LENGTH ? number(text, 20, 23) : 0;
    return Instant.ofEpochSecond(day.toEpochDay() * SECONDS_A_DAY + second, millis * NANOS_A_MILLI);
  }

  private static boolean hasForm(String text) {
    int length = text.length();
    if ((length != SECONDS_LENGTH && length != MILLIS_LENGTH) || text.charAt(length - 1) != 'Z') {
      return false;
    }
    for (int i = 0; i < length - 1; i++) {
      char form = FORM.charAt(i);
      char c = text.charAt(i);
      if (form == '0' ? c < '0' || c > '9' : c != form) {
        return false;
      }
    }
    return true;
  }

  private static long number(String text, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }
}
