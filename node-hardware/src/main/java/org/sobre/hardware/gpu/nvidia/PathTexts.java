package org.sobre.hardware.gpu.nvidia;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The texts that stand at some wanted paths of a tree. Drivers wrap elements into new ones: a
 * wanted path counts also one level further down, {@code x/fb_memory_usage/total} for {@code
 * fb_memory_usage/total}, where it does not stand in its own place. Not thread-safe.
 */
final class PathTexts {

  private final Map<String, List<String>> wanted;
  private final Map<String, NvidiaText> inPlace = new HashMap<>();
  private final Map<String, NvidiaText> deeper = new HashMap<>();

  /**
   * @param wanted from {@link #byLast}
   */
  PathTexts(Map<String, List<String>> wanted) {
    this.wanted = wanted;
  }

  /** Paths by their last element, so that the thousands that nobody wants cost one look each. */
  static Map<String, List<String>> byLast(String... wanted) {
    return Arrays.stream(wanted).collect(Collectors.groupingBy(PathTexts::last));
  }

  /** The first text at a path is kept. */
  void add(String path, NvidiaText text) {
    for (String want : wanted.getOrDefault(last(path), List.of())) {
      if (path.equals(want)) {
        inPlace.putIfAbsent(want, text);
      } else if (path.endsWith("/" + want)
          && path.indexOf('/') == path.length() - want.length() - 1) {
        deeper.putIfAbsent(want, text);
      }
    }
  }

  /** The empty text where nothing was printed. */
  NvidiaText at(String path) {
    NvidiaText there = inPlace.getOrDefault(path, deeper.get(path));
    return there == null ? new NvidiaText("") : there;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
