package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * Reads {@code rocm-smi … --json} of ROCm 3 to 7: one object, a key {@code cardN} each card and
 * {@code system}. Names of keys changed in case, in a trailing colon and in words; they are found
 * by their aliases. The first card need not be card0, and its number means nothing.
 */
final class RocmSmiJson {

  private RocmSmiJson() {}

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    JsonTexts texts = JsonTexts.in(printed);
    List<AmdToolCard> cards = new ArrayList<>();
    for (Object document : texts.documents()) {
      if (document instanceof Map<?, ?> map) {
        Optional<String> driver = driver(map);
        map.forEach(
            (key, value) -> {
              if (String.valueOf(key).matches("card[0-9]{1,4}")
                  && value instanceof Map<?, ?> card) {
                cards.add(card(keys(card), driver));
              }
            });
      }
    }
    return AmdListing.of(
        cards, texts.problem(), "expected the key card0 or another card's, found none");
  }

  private static Optional<String> driver(Map<?, ?> document) {
    return document.get("system") instanceof Map<?, ?> system
        ? first(keys(system), "driver version").flatMap(AmdText::driver)
        : Optional.empty();
  }

  private static Map<String, Object> keys(Map<?, ?> card) {
    Map<String, Object> keys = new LinkedHashMap<>();
    card.forEach(
        (key, value) -> {
          String name = String.valueOf(key).strip().toLowerCase(Locale.ROOT);
          keys.putIfAbsent(name.endsWith(":") ? name.substring(0, name.length() - 1) : name, value);
        });
    return keys;
  }

  private static AmdToolCard card(Map<String, Object> card, Optional<String> driver) {
    Optional<MemorySize> total =
        memory(card, "vram total memory (b)").filter(all -> all.bytes() > 0);
    Optional<MemorySize> used = memory(card, "vram total used memory (b)");
    return new AmdToolCard(
        OptionalLong.empty(),
        first(card, "pci bus").flatMap(PciAddress::parse),
        first(card, "device id", "gpu id").flatMap(AmdText::deviceId),
        first(card, "card series")
            .flatMap(AmdText::model)
            .or(() -> first(card, "device name").flatMap(AmdText::model)),
        first(card, "unique id").flatMap(AmdDeviceId::uniqueId),
        total,
        total.flatMap(all -> used.flatMap(part -> rest(all, part))),
        first(card, "gfx version").flatMap(AmdArchitecture::gfx),
        driver,
        first(card, "compute partition").filter(mode -> mode.matches("(?i)[DTQC]PX")).isPresent());
  }

  private static Optional<String> first(Map<String, Object> card, String... aliases) {
    for (String alias : aliases) {
      Optional<String> value = AmdText.value(card.get(alias));
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  private static Optional<MemorySize> memory(Map<String, Object> card, String key) {
    return AmdText.memory(card.get(key), "B");
  }

  private static Optional<MemorySize> rest(MemorySize total, MemorySize used) {
    return used.compareTo(total) > 0
        ? Optional.empty()
        : Optional.of(new MemorySize(total.bytes() - used.bytes()));
  }
}
