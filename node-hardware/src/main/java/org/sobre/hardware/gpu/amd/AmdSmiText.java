package org.sobre.hardware.gpu.amd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads amd-smi's plain text of {@code list}, {@code static}, {@code metric}, {@code partition} and
 * {@code process}: blocks that begin with {@code GPU: 0}, below them sections and values by their
 * indentation. It is the tree of the JSON form in capitals, without quotes and brackets
 * (amdsmi_logger.py). {@code CPU:} blocks may stand before.
 */
final class AmdSmiText {

  /** {@code CPU}, {@code CORE} and {@code AI_NIC} are no cards. */
  private static final Pattern BLOCK = Pattern.compile("(\\s*)([A-Z_]{2,20}): ([0-9]{1,9})\\s*");

  /** A list that is too long for its line goes on in the next, which has no key. */
  private static final Pattern ENTRY =
      Pattern.compile("(\\s*)([A-Za-z0-9_][A-Za-z0-9_ .()/#-]{0,60}):(?:\\s+(\\S.*)?)?");

  private AmdSmiText() {}

  private record Level(int indent, Map<String, Object> values) {}

  static boolean isOne(String printed) {
    return AmdText.lines(printed).anyMatch(line -> isGpu(BLOCK.matcher(line)));
  }

  private static boolean isGpu(Matcher block) {
    return block.matches() && block.group(2).equals("GPU");
  }

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    List<Object> devices = new ArrayList<>();
    Deque<Level> open = new ArrayDeque<>();
    int margin = Integer.MAX_VALUE;
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      Matcher block = BLOCK.matcher(line);
      if (isGpu(block)) {
        margin = block.group(1).length();
        Map<String, Object> device = new LinkedHashMap<>(Map.of("gpu", block.group(3)));
        devices.add(device);
        open.clear();
        open.push(new Level(-1, device));
      } else if (block.matches() && block.group(1).length() <= margin) {
        open.clear();
      } else if (!open.isEmpty()) {
        put(open, line);
      }
    }
    return AmdSmiTree.listing(devices, Optional.empty());
  }

  /** Into the nearest section that is less indented; a key without a value opens another. */
  private static void put(Deque<Level> open, String line) {
    Matcher entry = ENTRY.matcher(line);
    if (!entry.matches()) {
      return;
    }
    int indent = entry.group(1).length();
    while (open.peek().indent() >= indent) {
      open.pop();
    }
    String key = entry.group(2).strip().toLowerCase(Locale.ROOT).replace(' ', '_');
    if (entry.group(3) == null) {
      Map<String, Object> section = new LinkedHashMap<>();
      open.peek().values().putIfAbsent(key, section);
      open.push(new Level(indent, section));
    } else {
      open.peek().values().putIfAbsent(key, entry.group(3).strip());
    }
  }
}
