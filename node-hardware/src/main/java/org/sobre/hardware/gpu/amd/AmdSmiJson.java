package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * Reads {@code amd-smi static --json}, {@code list --json} and {@code metric --mem-usage --json}:
 * their keys do not collide, so one reader takes what it finds. A list of devices up to ROCm 6,
 * {@code {"gpu_data": […]}} since 7; a missing value is {@code "N/A"} in place of an object, or
 * inside one.
 */
final class AmdSmiJson {

  /** Memory sizes without a unit, as ROCm 6.0 printed them. */
  private static final String UNIT = "MB";

  private AmdSmiJson() {}

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    JsonTexts texts = JsonTexts.in(printed);
    Map<Object, AmdToolCard> cards = new LinkedHashMap<>();
    Optional<String> problem = texts.problem();
    for (Object document : texts.documents()) {
      for (Map<?, ?> entry : entries(document)) {
        problem = problem.isPresent() ? problem : error(entry);
        if (entry.containsKey("gpu")) {
          AmdToolCard card = card(entry);
          // one key a device, also where two of them have no number
          Object key = card.number().isPresent() ? card.number().getAsLong() : new Object();
          cards.merge(key, card, AmdToolCard::completedBy);
        }
      }
    }
    return AmdListing.of(
        List.copyOf(cards.values()), problem, "expected a device with the key gpu, found none");
  }

  private static List<Map<?, ?>> entries(Object document) {
    List<Map<?, ?>> entries = new ArrayList<>();
    if (document instanceof List<?> list) {
      list.forEach(item -> entries.addAll(item instanceof Map ? entries(item) : List.of()));
    } else if (document instanceof Map<?, ?> map) {
      entries.add(map);
      if (map.get("gpu_data") instanceof List<?> devices) {
        entries.addAll(entries(devices));
      }
    }
    return entries;
  }

  /** {@code {"error": "…", "code": -3}}. */
  private static Optional<String> error(Map<?, ?> entry) {
    return AmdText.value(entry.get("error"))
        .map(text -> AmdText.value(entry.get("code")).map(code -> code + ": ").orElse("") + text)
        .map(text -> "error " + text);
  }

  private static AmdToolCard card(Map<?, ?> device) {
    Map<?, ?> asic = part(device, "asic");
    Map<?, ?> memory = part(device, "mem_usage");
    return new AmdToolCard(
        number(device.get("gpu")),
        address(device),
        AmdText.deviceId(asic.get("device_id")),
        AmdText.model(asic.get("market_name")),
        AmdText.value(asic.get("asic_serial")).flatMap(AmdDeviceId::uniqueId),
        memory(part(device, "vram").get("size"))
            .or(() -> memory(memory.get("total_vram")))
            .filter(total -> total.bytes() > 0),
        memory(memory.get("free_vram")),
        AmdText.value(asic.get("target_graphics_version")).flatMap(AmdArchitecture::gfx),
        AmdText.driver(driverVersion(part(device, "driver"))),
        partitioned(part(device, "partition")));
  }

  private static Map<?, ?> part(Map<?, ?> device, String name) {
    return device.get(name) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static OptionalLong number(@Nullable Object json) {
    return json instanceof Integer || json instanceof Long
        ? OptionalLong.of(((Number) json).longValue())
        : OptionalLong.empty();
  }

  /** {@code list} has it at the top, {@code static} under {@code bus}, where it is not left out. */
  private static Optional<PciAddress> address(Map<?, ?> device) {
    return AmdText.value(device.get("bdf"))
        .or(() -> AmdText.value(part(device, "bus").get("bdf")))
        .flatMap(PciAddress::parse);
  }

  private static Optional<MemorySize> memory(@Nullable Object json) {
    return AmdText.memory(json, UNIT);
  }

  private static @Nullable Object driverVersion(Map<?, ?> driver) {
    for (String key : List.of("version", "driver_version", "VERSION")) {
      if (driver.get(key) != null) {
        return driver.get(key);
      }
    }
    return null;
  }

  /** SPX is the whole card; DPX, TPX, QPX and CPX are parts. */
  private static boolean partitioned(Map<?, ?> partition) {
    Object mode =
        partition.get("compute_partition") == null
            ? partition.get("accelerator_partition")
            : partition.get("compute_partition");
    return AmdText.value(mode).filter(text -> text.matches("(?i)[DTQC]PX")).isPresent();
  }
}
