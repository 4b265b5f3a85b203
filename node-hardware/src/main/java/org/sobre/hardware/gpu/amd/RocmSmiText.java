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
 * given system} is none. Tables that stand in the same text are read by {@link RocmSmiTable}.
 */
final class RocmSmiText {

  private static final Pattern LINE =
      Pattern.compile(
          "\\s*+(ERROR:|WARNING:)?\\s*(?:[0-9]{1,4} )?GPU\\[([0-9]{1,4})\\]\\s*:\\s*(.*)");

  private static final Pattern ENTRY = Pattern.compile("([^:]{1,80}):\\s+(\\S.*)");
  private static final Pattern LINK_ROW =
      Pattern.compile("\\s*+GPU([0-9]{1,4})((?:\\s+[A-Z0-9/]+)+)\\s*");

  /** Said of a function that the chip does not have: no fault. */
  private static final Pattern ABSENT =
      Pattern.compile("(?i)\\bnot[ _]supported\\b|\\bunsupported\\b|not been implemented");

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
    Map<String, Object> system = new LinkedHashMap<>();
    boolean linkTypes = false;
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      Matcher said = LINE.matcher(line);
      Matcher driver = DRIVER.matcher(line);
      if (said.matches()) {
        String card = "card" + said.group(2);
        put(valuesOf(cards, card), said.group(3));
        if ("ERROR:".equals(said.group(1)) && !ABSENT.matcher(said.group(3)).find()) {
          errors
              .computeIfAbsent(card, c -> new ArrayList<>())
              .add(ToolText.printable(said.group(3)));
        }
      } else if (driver.matches()) {
        system.putIfAbsent("Driver version", driver.group(1));
      } else if (line.strip().startsWith("===")) {
        linkTypes = line.contains(" Link Type between two GPUs ");
      } else if (linkTypes) {
        putLinks(cards, system, LINK_ROW.matcher(line));
      }
    }
    cards.put("system", system);
    return RocmSmiTree.listing(List.of(cards), errors, Optional.empty());
  }

  /** As the JSON form names them: columns are the cards in the order of their numbers. */
  private static void putLinks(Map<String, Object> cards, Map<String, Object> system, Matcher row) {
    if (row.matches()) {
      valuesOf(cards, "card" + row.group(1)); // such a table may be all that is told of a card
      List<String> cells = List.of(row.group(2).strip().split("\\s+", -1));
      for (int to = 0; to < cells.size(); to++) {
        system.put(RocmSmiTree.linkKey(row.group(1), String.valueOf(to)), cells.get(to));
      }
    }
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
