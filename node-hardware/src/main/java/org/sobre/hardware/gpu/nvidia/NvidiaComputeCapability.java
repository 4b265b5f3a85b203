package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code --query-gpu=uuid,compute_cap --format=csv,noheader}. */
final class NvidiaComputeCapability {

  static final List<String> QUERY =
      List.of("--query-gpu=uuid,compute_cap", "--format=csv,noheader");

  private NvidiaComputeCapability() {}

  /**
   * By UUID. A line of another shape is a message about a card, and a driver too old for the field
   * prints nothing but that: neither is an entry.
   */
  static Map<String, String> parse(String printed) {
    Map<String, String> byUuid = new HashMap<>();
    printed
        .lines()
        .forEach(
            line -> {
              int comma = line.indexOf(',');
              String value = line.substring(comma + 1).strip();
              if (comma > 0 && value.matches("\\d{1,2}\\.\\d{1,2}")) {
                byUuid.put(line.substring(0, comma).strip(), value);
              }
            });
    return byUuid;
  }
}
