package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.probe.ToolText;

/**
 * Why a card cannot be relied on.
 *
 * @param state any but {@link GpuState#OK}
 * @param text what was seen, for a person
 */
record AmdFault(GpuState state, String text) {

  private static final Pattern GONE =
      Pattern.compile("(?i)\\b(is lost|fallen off|no such device|not found on|device removed)\\b");

  private static final Pattern RESET =
      Pattern.compile(
          "(?i)\\b(reset (is )?(required|needed|in progress)|unrecoverable|in reset)\\b");

  AmdFault {
    requireNonNull(state, "state");
    requireNonNull(text, "text");
    if (state == GpuState.OK) {
      throw new IllegalArgumentException("a card in good state has no fault, found " + text);
    }
  }

  static AmdFault lost(String text) {
    return new AmdFault(GpuState.LOST, text);
  }

  static AmdFault unreadable(String text) {
    return new AmdFault(GpuState.UNREADABLE, text);
  }

  /** What a tool says in place of a card's values. */
  static AmdFault told(String printed) {
    String text = ToolText.printable(printed);
    if (RESET.matcher(text).find()) {
      return new AmdFault(GpuState.NEEDS_RESET, text);
    }
    return GONE.matcher(text).find() ? lost(text) : unreadable(text);
  }
}
