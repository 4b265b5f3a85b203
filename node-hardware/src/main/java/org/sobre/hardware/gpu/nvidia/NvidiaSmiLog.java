package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.sobre.hardware.probe.ToolText;

/**
 * What nvidia-smi said, in whatever form it was asked.
 *
 * @param driver version of the kernel driver, absent where the tool keeps it to itself
 * @param gpus in the order printed, which is not always that of the bus
 * @param unplaced cards of which the answer does not tell where they sit, each with an {@link
 *     org.sobre.hardware.gpu.UnknownPlace}
 * @param messages lines printed around the answer or in the middle of it, and what does not fit in
 *     it
 */
record NvidiaSmiLog(
    Optional<String> driver,
    List<NvidiaSmiGpu> gpus,
    List<NvidiaSmiGpu> unplaced,
    List<String> messages) {

  NvidiaSmiLog {
    requireNonNull(driver, "driver");
    gpus = List.copyOf(gpus);
    unplaced = List.copyOf(unplaced);
    messages = List.copyOf(messages);
  }

  private static final int MOST_LINES = 1000;
  private static final String CUT_OFF = "the output ends in the middle of ";

  NvidiaSmiLog(Optional<String> driver, List<NvidiaSmiGpu> gpus, List<String> messages) {
    this(driver, gpus, List.of(), messages);
  }

  /** The message that an answer is not whole. */
  static String cutOff(String where) {
    return CUT_OFF + where;
  }

  /** Whether the answer is not whole. */
  boolean isCutOff() {
    return messages.stream().anyMatch(message -> message.startsWith(CUT_OFF));
  }

  /**
   * The first thousand lines of a text that say something, each fit for a terminal: without byte
   * order marks and control characters, and cut where it is longer than a sentence.
   */
  static List<String> lines(String text) {
    return text.lines()
        .map(line -> ToolText.printable(line.replace("\ufeff", "")))
        .filter(line -> !line.isEmpty())
        .limit(MOST_LINES)
        .toList();
  }
}
