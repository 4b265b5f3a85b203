package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * What amd-smi says of its devices, whatever form it was printed in. The keys of its subcommands
 * ({@code list}, {@code static}, {@code metric}, {@code partition}) do not collide, so one reader
 * takes what it finds. A list of devices up to ROCm 6, {@code {"gpu_data": […]}} since 7; a missing
 * value is {@code "N/A"} in place of an object, or inside one. CSV has the leaves alone, without
 * the names of the objects they are in.
 */
final class AmdSmiTree {

  /** Memory sizes without a unit, as ROCm 6.0 printed them. */
  private static final String UNIT = "MB";

  /**
   * Of which an object with the key {@code gpu} must have one to be a device of amd-smi: other
   * programs have such keys too.
   */
  private static final Set<String> SECTIONS =
      Set.of(
          "asic",
          "bus",
          "bdf",
          "uuid",
          "kfd_id",
          "partition",
          "vram",
          "mem_usage",
          "usage",
          "power",
          "clock",
          "temperature",
          "limit",
          "driver",
          "board",
          "ras",
          "process_info",
          "process_list",
          "links",
          "link_type",
          "firmware",
          "fw_list",
          "vbios",
          "numa",
          "ecc",
          "energy",
          "pcie",
          "current_partition",
          "memory_partition",
          "power_usage",
          "vram_total",
          "total_vram",
          "market_name",
          "socket_power",
          "error",
          "partition_id");

  private AmdSmiTree() {}

  /**
   * @param documents maps with lower case keys, and lists of them
   * @param problem what could not be read of them
   */
  static AmdListing listing(List<Object> documents, Optional<String> problem) {
    Map<Object, AmdToolCard> cards = new LinkedHashMap<>();
    Optional<String> first = problem;
    for (Map<?, ?> entry : documents.stream().flatMap(d -> entries(d).stream()).toList()) {
      first = first.isPresent() ? first : error(entry);
      if (key(entry).isPresent()) {
        AmdToolCard card = card(entry);
        // one key a device, also where two of them have no number
        Object key = card.number().isPresent() ? card.number().getAsLong() : new Object();
        cards.merge(key, card, AmdToolCard::completedBy);
      }
    }
    return AmdListing.of(
        List.copyOf(cards.values()), first, "expected a device with the key gpu, found none");
  }

  /** Whether an object of unknown origin is one of amd-smi. */
  static boolean isDevice(Map<?, ?> entry) {
    return key(entry).isPresent() && SECTIONS.stream().anyMatch(entry::containsKey);
  }

  /** {@code partition} has a key of its own, which its list of possible profiles has too. */
  private static Optional<String> key(Map<?, ?> entry) {
    return entry.containsKey("gpu")
        ? Optional.of("gpu")
        : Optional.of("gpu_id").filter(k -> entry.containsKey("accelerator_profile_index"));
  }

  /** Of nested lists and of {@code gpu_data}, the objects. */
  static List<Map<?, ?>> entries(@Nullable Object document) {
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
        key(device).map(device::get).map(AmdSmiTree::number).orElse(OptionalLong.empty()),
        address(device),
        AmdText.deviceId(asic.get("device_id")),
        model(device, asic),
        AmdText.value(asic.get("asic_serial"))
            .flatMap(AmdDeviceId::uniqueId)
            .or(() -> text(device, "uuid", "gpu_uuid").flatMap(AmdDeviceId::inUuid)),
        memory(part(device, "vram").get("size"))
            .or(() -> memory(memory.get("total_vram")))
            .or(() -> memory(device.get("vram_total")))
            .filter(total -> total.bytes() > 0),
        memory(memory.get("free_vram")).or(() -> rest(device)),
        AmdText.value(asic.get("target_graphics_version")).flatMap(AmdArchitecture::gfx),
        AmdText.driver(driverVersion(device)),
        partition(device),
        numaNode(part(device, "numa").get("node")),
        error(device).map(AmdFault::told),
        AmdLinks.ofDevice(device));
  }

  /** {@code monitor} has the total and the used memory at the top. */
  private static Optional<MemorySize> rest(Map<?, ?> device) {
    Optional<MemorySize> used = memory(device.get("vram_used"));
    return memory(device.get("vram_total"))
        .flatMap(
            total ->
                used.filter(part -> part.compareTo(total) <= 0)
                    .map(part -> new MemorySize(total.bytes() - part.bytes())));
  }

  /** The section, or for a flat answer the device itself. */
  private static Map<?, ?> part(Map<?, ?> device, String name) {
    Object part = device.get(name);
    if (part instanceof Map<?, ?> map) {
      return map;
    }
    return part == null ? device : Map.of();
  }

  private static OptionalLong number(@Nullable Object json) {
    return AmdText.value(json)
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /** CSV of {@code list} says whose it is: a virtual function has one too. */
  private static Optional<String> text(Map<?, ?> device, String key, String inCsv) {
    return AmdText.value(device.get(key)).or(() -> AmdText.value(device.get(inCsv)));
  }

  /** {@code list} has it at the top, {@code static} under {@code bus}, where it is not left out. */
  private static Optional<PciAddress> address(Map<?, ?> device) {
    return text(device, "bdf", "gpu_bdf")
        .or(() -> AmdText.value(part(device, "bus").get("bdf")))
        .flatMap(PciAddress::parse);
  }

  private static Optional<String> model(Map<?, ?> device, Map<?, ?> asic) {
    return AmdText.model(asic.get("market_name"))
        .or(() -> AmdText.model(part(device, "board").get("product_name")));
  }

  private static Optional<MemorySize> memory(@Nullable Object json) {
    return AmdText.memory(json, UNIT);
  }

  /** Only of a section: a flat answer has the version of the VBIOS under the same key. */
  private static @Nullable Object driverVersion(Map<?, ?> device) {
    if (!(device.get("driver") instanceof Map<?, ?> driver)) {
      return device.get("driver_version");
    }
    for (String key : List.of("version", "driver_version", "VERSION")) {
      if (driver.get(key) != null) {
        return driver.get(key);
      }
    }
    return null;
  }

  /** Under {@code partition} in {@code static}, at the top in {@code list}. */
  private static AmdPartition partition(Map<?, ?> device) {
    Map<?, ?> modes = part(device, "partition");
    String printed =
        String.join(
            " ",
            AmdText.value(modes.get("compute_partition")).orElse(""),
            AmdText.value(modes.get("accelerator_partition")).orElse(""),
            AmdText.value(modes.get("accelerator_type")).orElse(""),
            AmdText.value(modes.get("memory_partition")).orElse(""),
            AmdText.value(modes.get("memory")).orElse(""));
    OptionalLong id = number(modes.get("partition_id"));
    if (id.isEmpty()) {
      id = number(device.get("partition_id"));
    }
    return AmdPartition.of(
        id.isPresent() && id.getAsLong() < 64
            ? OptionalInt.of((int) id.getAsLong())
            : OptionalInt.empty(),
        printed);
  }

  /** -1 is the kernel's word for none, and no number. */
  static OptionalInt numaNode(@Nullable Object json) {
    return AmdText.value(json)
        .filter(text -> text.matches("[0-9]{1,4}"))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }
}
