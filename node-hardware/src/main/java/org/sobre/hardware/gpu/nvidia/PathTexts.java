package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The texts that stand at some wanted paths of a tree. Drivers wrap elements into new ones: a
 * wanted path counts also one level further down, {@code x/fb_memory_usage/total} for {@code
 * fb_memory_usage/total}, where it does not stand in its own place. Not thread-safe.
 */
final class PathTexts {

  /** By their last element, so that the thousands that nobody wants cost one look each. */
  private final Map<String, List<String>> wanted = new HashMap<>();

  private final Map<String, NvidiaText> inPlace = new HashMap<>();
  private final Map<String, NvidiaText> deeper = new HashMap<>();

  PathTexts(List<String> wanted) {
    for (String path : wanted) {
      this.wanted.merge(
          last(path), List.of(path), (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
    }
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
