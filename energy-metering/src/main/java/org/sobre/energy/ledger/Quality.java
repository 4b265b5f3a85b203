package org.sobre.energy.ledger;

import java.util.Locale;
import java.util.Optional;

/**
 * How an amount of energy came to be known; best first. The JSON name is the constant in lower
 * case.
 */
public enum Quality {
  /** The difference of two readings of a hardware energy counter. */
  COUNTER,
  /** Integrated from power readings. */
  SAMPLED,
  /** Computed from a documented model. */
  MODELLED;

  private static final Quality[] ALL = values();

  private final String jsonName = name().toLowerCase(Locale.ROOT);

  public String jsonName() {
    return jsonName;
  }

  public static Optional<Quality> ofJsonName(String name) {
    for (Quality quality : ALL) {
      if (quality.jsonName().equals(name)) {
        return Optional.of(quality);
      }
    }
    return Optional.empty();
  }
}
