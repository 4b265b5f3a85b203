package org.sobre.energy.ledger;

import java.util.Locale;
import java.util.Optional;

/** The part of a node that a meter sees. The JSON name is lower case with dashes. */
public enum Part {
  GPU,
  CPU_PACKAGE,
  DRAM,
  NODE;

  private static final Part[] ALL = values();

  private final String jsonName = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String jsonName() {
    return jsonName;
  }

  public static Optional<Part> ofJsonName(String name) {
    for (Part part : ALL) {
      if (part.jsonName().equals(name)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }
}
