package org.sobre.hardware.gpu.amd;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.MemorySize;

/** The values of AMD's tools, and their many ways to say that there is none. */
final class AmdText {

  /** Lower case. rocm-smi writes {@code N/A (Secondary die)} too. */
  private static final Set<String> ABSENCES =
      Set.of("", "-", "n/a", "none", "null", "unsupported", "not supported", "unknown");

  private static final Pattern BARE_ID = Pattern.compile("(?:0[xX])?[0-9a-fA-F]{4}");
  private static final Pattern ID = Pattern.compile("0[xX]([0-9a-fA-F]{1,4})");

  /** A mangled /proc/version: {@code Linuxversion6.14.0-24-generic(buildd@…}. */
  private static final Pattern KERNEL =
      Pattern.compile("Linux\\s*version\\s*([0-9][^\\s(]{0,60}).*");

  private static final Pattern MEMORY =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?)\\s*([kKMGT]?i?B)?");

  /** amd-smi's MB are 2<sup>20</sup> B: an MI210 of 68 702 699 520 B has 65520 of them. */
  private static final Map<String, Long> UNITS =
      Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);

  /** Colours that a terminal was told. */
  private static final Pattern ANSI = Pattern.compile("\u001b\\[[0-9;]{0,20}[A-Za-z]");

  /** No tool prints a longer line in any form but JSON. */
  private static final int MAX_LINE = 4000;

  private AmdText() {}

  /**
   * Refuses what is longer than any answer.
   *
   * @throws IllegalArgumentException over 16 Mi characters
   */
  static String limited(String printed) {
    if (printed.length() > ToolText.LONGEST_ANSWER) {
      throw new IllegalArgumentException(
          "expected at most "
              + ToolText.LONGEST_ANSWER
              + " characters (16 Mi), found "
              + printed.length());
    }
    return printed;
  }

  /**
   * Lines of a text that was made for people, without the empty ones; longer ones than a tool
   * prints are left out.
   */
  static Stream<String> lines(String printed) {
    return limited(printed)
        .lines()
        .filter(line -> line.length() <= MAX_LINE && !line.isBlank())
        .map(line -> line.indexOf('\u001b') < 0 ? line : ANSI.matcher(line).replaceAll(""));
  }

  /** A text or number that is a value. */
  static Optional<String> value(@Nullable Object json) {
    if (!(json instanceof String) && !(json instanceof Number)) {
      return Optional.empty();
    }
    String text = ToolText.printable(json.toString());
    String lower = text.toLowerCase(Locale.ROOT);
    return ABSENCES.contains(lower) || lower.startsWith("n/a")
        ? Optional.empty()
        : Optional.of(text);
  }

  /** A name for people; the bare ids that tools print in its place are none. */
  static Optional<String> model(@Nullable Object json) {
    return value(json).filter(text -> !BARE_ID.matcher(text).matches());
  }

  /** Four lower case digits of {@code 0x740f}; rocm-smi leaves leading zeros out. */
  static Optional<String> deviceId(@Nullable Object json) {
    return value(json)
        .map(ID::matcher)
        .filter(Matcher::matches)
        .map(m -> "0".repeat(4 - m.group(1).length()) + m.group(1).toLowerCase(Locale.ROOT));
  }

  static Optional<String> driver(@Nullable Object json) {
    return value(json)
        .map(
            text -> {
              Matcher m = KERNEL.matcher(text);
              return m.matches() ? m.group(1) : text;
            });
  }

  /** {@code {"value": 65520, "unit": "MB"}}, {@code "65520 MB"}, or a number in that unit. */
  static Optional<MemorySize> memory(@Nullable Object json, String unitIfNone) {
    Object number = json instanceof Map<?, ?> pair ? pair.get("value") : json;
    String unit =
        json instanceof Map<?, ?> pair ? value(pair.get("unit")).orElse(unitIfNone) : unitIfNone;
    return value(number).flatMap(text -> memory(text, unit));
  }

  private static Optional<MemorySize> memory(String text, String unit) {
    Matcher m = MEMORY.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    String named = m.group(2) == null ? unit : m.group(2);
    Long bytes = UNITS.get(named.replace("i", "").toUpperCase(Locale.ROOT));
    if (bytes == null) {
      return Optional.empty();
    }
    BigDecimal product = new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(bytes));
    return product.toBigInteger().bitLength() < 63
        ? Optional.of(new MemorySize(product.longValue()))
        : Optional.empty();
  }
}
