package org.sobre.hardware.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A value and who says so.
 *
 * @param sources documents, named precisely enough to be found; never empty
 */
public record Cited<T>(T value, List<String> sources) {

  public Cited {
    requireNonNull(value, "value");
    sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("expected at least one source of " + value);
    }
  }
}
