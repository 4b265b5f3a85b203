package org.sobre.hardware.catalog;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a card is made and sold for, in the words of the pack this was first made for
 * (docs/gpu-catalog.md has the rule): they are words of the site, and a site may sort its cards
 * otherwise.
 */
public enum GpuFamily {
  GAMER,
  GPGPU,
  PROFESSIONAL,
  OFFICE,
  CONFORT;

  /** Lower case. */
  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<GpuFamily> ofJsonName(String name) {
    return Arrays.stream(values()).filter(family -> family.jsonName().equals(name)).findFirst();
  }

  /** All of them, in the order in which they are listed to people. */
  public static List<String> jsonNames() {
    return Arrays.stream(values()).map(GpuFamily::jsonName).toList();
  }
}
