package org.sobre.hardware.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;

/** What the text of a YAML scalar means; empty where it means nothing of the kind. */
final class ScalarText {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h|d)");
  private static final Pattern PERIOD = Pattern.compile("(\\d{1,4})\\s*(d|mo|y)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*([KMG]iB|[kMG]B|B)");
  private static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,3}(\\.\\d{1,6})?)\\s*%");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,18}(\\.\\d{0,18})?|\\.\\d{1,18})([eE][+-]?\\d{1,3})?");

  /** More of a wrong value would hide the message around it. */
  private static final int LONGEST_SHOWN = 60;

  private static final int LAST_PORT = 65_535;

  private ScalarText() {}

  static Optional<Boolean> truth(String text) {
    return switch (text) {
      case "true", "on", "yes" -> Optional.of(true);
      case "false", "off", "no" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  static Optional<Long> wholeNumber(String text, long min, long max) {
    try {
      long value = Long.parseLong(text);
      return value < min || value > max ? Optional.empty() : Optional.of(value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  static Optional<Double> number(String text, double min, double max) {
    // Java alone would also take 24f, 0x1p4 and Infinity
    if (!NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text);
    return value >= min && value <= max ? Optional.of(value) : Optional.empty();
  }

  static Optional<Duration> duration(String text) {
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(m.group(1));
    return Optional.of(
        switch (m.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "h" -> Duration.ofHours(amount);
          case "d" -> Duration.ofDays(amount);
          default -> Duration.ofMinutes(amount);
        });
  }

  static Optional<Period> period(String text) {
    Matcher m = PERIOD.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    int amount = Integer.parseInt(m.group(1));
    return Optional.of(
        switch (m.group(2)) {
          case "d" -> Period.ofDays(amount);
          case "mo" -> Period.ofMonths(amount);
          default -> Period.ofYears(amount);
        });
  }

  static Optional<MemorySize> memorySize(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    long factor =
        switch (m.group(2)) {
          case "kB" -> 1_000;
          case "MB" -> 1_000_000;
          case "GB" -> 1_000_000_000;
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1;
        };
    return Optional.of(new MemorySize(Math.multiplyExact(Long.parseLong(m.group(1)), factor)));
  }

  static Optional<Double> percentage(String text) {
    Matcher m = PERCENTAGE.matcher(text);
    return m.matches()
        ? Optional.of(Double.parseDouble(m.group(1)) / 100).filter(share -> share <= 1)
        : Optional.empty();
  }

  static boolean isHostAndPort(String text, boolean portNeeded) {
    Matcher m = HOST_AND_PORT.matcher(text);
    if (!m.matches()) {
      return false;
    }
    return m.group(2) == null ? !portNeeded : wholeNumber(m.group(2), 1, LAST_PORT).isPresent();
  }

  static String human(Duration d) {
    if (d.toMillis() % 1000 != 0) {
      return d.toMillis() + "ms";
    }
    return d.toSeconds() % 3600 == 0
        ? d.toHours() + "h"
        : d.toSeconds() % 60 == 0 ? d.toMinutes() + "min" : d.toSeconds() + "s";
  }

  /** Without the exponent and the needless zeros of Double.toString. */
  static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /** A value as a message shows it: one short line, without what would move a terminal's cursor. */
  static String shown(String value) {
    String line = value.replaceAll("\\p{Cntrl}", " ");
    return line.codePointCount(0, line.length()) <= LONGEST_SHOWN
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_SHOWN)) + "…";
  }
}
