package org.sobre.hardware.gpu.nvidia;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * One text that nvidia-smi prints where a value belongs: the value, one of its many ways to say
 * that there is none, or a fault of the card. Brackets come and go with the version.
 *
 * @param text without surrounding blanks and brackets
 */
record NvidiaText(String text) {

  /** Lower case. {@code none} is the text of an empty list, {@code -} a table's. */
  private static final Set<String> ABSENCES =
      Set.of(
          "",
          "-",
          "n/a",
          "none",
          "not supported",
          "not found",
          "unknown",
          "function not found",
          "insufficient permissions",
          "requested functionality has been deprecated");

  private static final Pattern MEBIBYTES = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)\\s*Mi?B");

  static NvidiaText of(String printed) {
    String text = ToolText.printable(printed);
    return new NvidiaText(
        text.startsWith("[") && text.endsWith("]")
            ? text.substring(1, text.length() - 1).strip()
            : text);
  }

  /** What the card is in, if this text is a fault and not merely no value. */
  Optional<GpuState> fault() {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("requires reset")) {
      return Optional.of(GpuState.NEEDS_RESET);
    }
    if (lower.contains("is lost")) {
      return Optional.of(GpuState.LOST);
    }
    return lower.equals("unknown error") || lower.startsWith("err!")
        ? Optional.of(GpuState.UNREADABLE)
        : Optional.empty();
  }

  /** The text, if it is a value. */
  Optional<String> value() {
    return isAbsence() || fault().isPresent() ? Optional.empty() : Optional.of(text);
  }

  OptionalInt wholeNumber() {
    return text.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }

  /**
   * {@code 40960 MiB}. nvidia-smi's MiB are 2<sup>20</sup> B, and so are the MB of drivers that
   * print those.
   */
  Reading<MemorySize> memory() {
    Matcher m = MEBIBYTES.matcher(text);
    if (m.matches()) {
      BigDecimal bytes = new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(1L << 20));
      return Reading.of(new MemorySize(bytes.longValue()));
    }
    return Reading.unavailable(reasonForNoValue(), text);
  }

  private Reason reasonForNoValue() {
    if (text.equalsIgnoreCase("insufficient permissions")) {
      return Reason.NO_PERMISSION;
    }
    return isAbsence() ? Reason.NOT_SUPPORTED : Reason.FAILED;
  }

  private boolean isAbsence() {
    return ABSENCES.contains(text.toLowerCase(Locale.ROOT));
  }
}
