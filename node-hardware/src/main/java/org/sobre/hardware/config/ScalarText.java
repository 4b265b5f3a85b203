package org.sobre.hardware.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the text of a YAML scalar means as a number or a duration; empty where it means none. */
final class ScalarText {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h|d)");

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,18}(\\.\\d{0,18})?|\\.\\d{1,18})([eE][+-]?\\d{1,3})?");

  private ScalarText() {}

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

  static String human(Duration d) {
    if (d.toMillis() % 1000 != 0) {
      return d.toMillis() + "ms";
    }
    return d.toSeconds() % 3600 == 0
        ? d.toHours() + "h"
        : d.toSeconds() % 60 == 0 ? d.toMinutes() + "min" : d.toSeconds() + "s";
  }
}
