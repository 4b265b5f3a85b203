package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.PciAddress;

/**
 * A line that nvidia-smi prints about one card it cannot reach.
 *
 * @param text the line, for a person
 */
public record CardFault(GpuState state, String text) {

  /**
   * {@code GPU 0000:05:00.0: GPU is lost.}, {@code GPU0000:07:00.0: Unknown Error}, {@code GPU0:
   * 0000:24:00.0: …}: the spelling changes with the version.
   */
  private static final Pattern ABOUT_CARD =
      Pattern.compile(
          "(?i)\\bgpu\\s*(?:\\d{1,3}:)?\\s*([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])\\b(.*)");

  private static final Pattern HEADING = Pattern.compile("<gpu id=\"([^\"<>]{1,20})\"");

  private static final String UNREACHED = "unable to determine the device handle";

  public CardFault {
    requireNonNull(state, "state");
    requireNonNull(text, "text");
  }

  /** Card by card; lines about no card, and mere warnings, are left out. */
  public static Map<PciAddress, CardFault> inMessages(List<String> lines) {
    Map<PciAddress, CardFault> faults = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher m = ABOUT_CARD.matcher(line);
      if (m.find()) {
        Optional<PciAddress> address = PciAddress.parse(m.group(1));
        Optional<GpuState> state = state(m.group(2)).or(() -> stateOfUnreached(line));
        if (address.isPresent() && state.isPresent()) {
          faults.putIfAbsent(address.get(), new CardFault(state.get(), line.strip()));
        }
      }
    }
    return faults;
  }

  /**
   * The cards that XML which cannot be read to its end tells of, as far as it goes.
   *
   * @param why it cannot be read
   */
  static Map<PciAddress, CardFault> inBrokenXml(String printed, String why) {
    Map<PciAddress, CardFault> faults = new LinkedHashMap<>();
    Matcher m = HEADING.matcher(printed);
    while (m.find() && faults.size() < NvidiaSmiLogBuilder.MOST_CARDS) {
      PciAddress.parse(m.group(1))
          .ifPresent(address -> faults.put(address, new CardFault(GpuState.UNREADABLE, why)));
    }
    return faults;
  }

  private static Optional<GpuState> state(String rest) {
    String lower = rest.toLowerCase(Locale.ROOT);
    if (lower.contains("requires reset")) {
      return Optional.of(GpuState.NEEDS_RESET);
    }
    // newer drivers say "Unknown Error" of a card that fell off the bus
    return lower.contains("lost") || lower.contains("unknown error") || lower.contains("fallen off")
        ? Optional.of(GpuState.LOST)
        : Optional.empty();
  }

  /** Not found, short of power, no permission: whatever it is, the card does not answer. */
  private static Optional<GpuState> stateOfUnreached(String line) {
    return line.toLowerCase(Locale.ROOT).contains(UNREACHED)
        ? Optional.of(GpuState.UNREADABLE)
        : Optional.empty();
  }
}
