package org.sobre.slurm.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code key=value} lines of a spool file, complete and each key once. */
final class SpoolKeys {

  private static final String VERSION = "1";
  private static final String LAST_LINE = "complete=1";

  private final Map<String, String> values;

  private SpoolKeys(Map<String, String> values) {
    this.values = values;
  }

  static SpoolKeys of(String text) throws SpoolFormatException {
    List<String> lines = text.lines().toList();
    if (!text.endsWith("\n") || !lines.get(lines.size() - 1).equals(LAST_LINE)) {
      throw new SpoolFormatException(
          "expected the last line to be complete=1: the hook was cut short, or is still writing");
    }
    Map<String, String> values = new HashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals < 1) {
        throw new SpoolFormatException("expected key=value in every line, found \"" + line + "\"");
      }
      String key = line.substring(0, equals);
      if (values.put(key, line.substring(equals + 1)) != null) {
        throw new SpoolFormatException(key + ": this key stands twice");
      }
    }
    return new SpoolKeys(values);
  }

  void refuseOtherVersion() throws SpoolFormatException {
    String version = required("v");
    if (!version.equals(VERSION)) {
      throw new SpoolFormatException("v: expected version 1, found " + version);
    }
  }

  /** Absent if the key is not there or its value is empty: the shell cannot tell the two apart. */
  Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
  }

  String required(String key) throws SpoolFormatException {
    return text(key)
        .orElseThrow(() -> new SpoolFormatException(key + ": this key is required and missing"));
  }

  /**
   * @throws SpoolFormatException if the value is there and is no whole number from 0 to 2147483647
   */
  Optional<Integer> count(String key) throws SpoolFormatException {
    Optional<String> text = text(key);
    if (text.isPresent() && wholeNumber(text.get()).isEmpty()) {
      throw new SpoolFormatException(
          key + ": expected a whole number from 0 to 2147483647, found " + text.get());
    }
    return text.flatMap(SpoolKeys::wholeNumber);
  }

  static Optional<Integer> wholeNumber(String text) {
    return text.matches("\\d{1,10}") && Long.parseLong(text) <= Integer.MAX_VALUE
        ? Optional.of(Integer.valueOf(text))
        : Optional.empty();
  }
}
