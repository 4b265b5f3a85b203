package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolText;

/**
 * Reads rocm-smi's text of ROCm 1 to 7: lines of {@code GPU[0] : Device ID: 0x74a1}, with the keys
 * of its JSON. An error is such a line too, behind {@code ERROR:}; {@code Not supported on the
 * given system} is none.
 */
final class RocmSmiText {

  private static final Pattern LINE =
      Pattern.compile("(ERROR:|WARNING:)?\\s*GPU\\[([0-9]{1,4})\\]\\s*:\\s*(.*)");

  private static final Pattern ENTRY = Pattern.compile("([^:]{1,80}):\\s+(\\S.*)");
  private static final Pattern DRIVER = Pattern.compile("Driver version:\\s*(\\S.*)");

  private RocmSmiText() {}

  static boolean isOne(String printed) {
    return AmdText.lines(printed).anyMatch(line -> LINE.matcher(line).matches());
  }

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    Map<String, Object> cards = new LinkedHashMap<>();
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      Matcher said = LINE.matcher(line);
      Matcher driver = DRIVER.matcher(line);
      if (said.matches()) {
        String card = "card" + said.group(2);
        put(valuesOf(cards, card), said.group(3));
        if ("ERROR:".equals(said.group(1))) {
          errors
              .computeIfAbsent(card, c -> new ArrayList<>())
              .add(ToolText.printable(said.group(3)));
        }
      } else if (driver.matches()) {
        cards.putIfAbsent("system", Map.of("Driver version", driver.group(1)));
      }
    }
    return RocmSmiTree.listing(List.of(cards), errors, Optional.empty());
  }

  @SuppressWarnings("unchecked") // this class puts nothing else under a card's key
  private static Map<String, Object> valuesOf(Map<String, Object> cards, String card) {
    return (Map<String, Object>)
        cards.computeIfAbsent(card, c -> new LinkedHashMap<String, Object>());
  }

  private static void put(Map<String, Object> values, String text) {
    Matcher entry = ENTRY.matcher(text);
    if (entry.matches()) {
      values.putIfAbsent(entry.group(1), entry.group(2).strip());
    }
  }
}
