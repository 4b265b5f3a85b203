package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/**
 * What rocm-smi says of its cards, whatever form it was printed in: one object, a key {@code cardN}
 * each card and {@code system}. Names of keys changed in case, in a trailing colon and in words;
 * they are found by their aliases. The first card need not be card0, and its number means nothing.
 */
final class RocmSmiTree {

  private static final Pattern CARD = Pattern.compile("card([0-9]{1,4})");
  private static final String XGMI = "XGMI";
  private static final Pattern LINK =
      Pattern.compile(
          "(?i)\\(Topology\\) Link type between DRM devices ([0-9]{1,4}) and ([0-9]{1,4})");

  /** Nine bits of a register that is not there (ROCm/legacy-rocm-build issue 426). */
  static final String ALL_ONES = "its temperature reads as 511 degrees: the card does not answer";

  private RocmSmiTree() {}

  /**
   * @param errors by the key of the card; of those that tell nothing else of themselves, a fault
   */
  static AmdListing listing(
      List<Object> documents, Map<String, List<String>> errors, Optional<String> problem) {
    Map<String, AmdToolCard> cards = new LinkedHashMap<>();
    for (Object document : documents) {
      if (document instanceof Map<?, ?> map) {
        Optional<String> driver = driver(map);
        map.forEach(
            (key, value) -> {
              if (isCard(key) && value instanceof Map<?, ?> values) {
                String name = String.valueOf(key);
                List<String> said = errors.getOrDefault(name, List.of());
                // answers to several calls, one behind the other
                cards.merge(name, card(name, keys(values), driver, said), AmdToolCard::completedBy);
              }
            });
      }
    }
    return AmdListing.of(
        linked(cards, links(documents)),
        problem,
        "expected the key card0 or another card's, found none");
  }

  static String linkKey(String from, String to) {
    return "(Topology) Link type between DRM devices " + from + " and " + to;
  }

  /** In both directions, by the keys of the cards. */
  private static Map<String, Set<String>> links(List<Object> documents) {
    Map<String, Set<String>> links = new LinkedHashMap<>();
    for (Object document : documents) {
      if (document instanceof Map<?, ?> map && map.get("system") instanceof Map<?, ?> system) {
        system.forEach(
            (key, value) -> {
              Matcher link = LINK.matcher(String.valueOf(key).strip());
              if (XGMI.equals(value) && link.matches()) {
                String from = "card" + link.group(1);
                String to = "card" + link.group(2);
                links.computeIfAbsent(from, c -> new LinkedHashSet<>()).add(to);
                links.computeIfAbsent(to, c -> new LinkedHashSet<>()).add(from);
              }
            });
      }
    }
    return links;
  }

  private static List<AmdToolCard> linked(
      Map<String, AmdToolCard> cards, Map<String, Set<String>> links) {
    List<AmdToolCard> linked = new ArrayList<>();
    cards.forEach(
        (key, card) -> {
          Map<PciAddress, Integer> peers = new TreeMap<>();
          for (String peer : links.getOrDefault(key, Set.of())) {
            Optional.ofNullable(cards.get(peer))
                .flatMap(AmdToolCard::address)
                .filter(address -> !card.address().equals(Optional.of(address)))
                .ifPresent(address -> peers.put(address, 1));
          }
          linked.add(card.linkedTo(peers));
        });
    return linked;
  }

  static boolean isCard(Object key) {
    return CARD.matcher(String.valueOf(key)).matches();
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

  private static AmdToolCard card(
      String key, Map<String, Object> card, Optional<String> driver, List<String> errors) {
    Optional<MemorySize> total =
        memory(card, "vram total memory (b)").filter(all -> all.bytes() > 0);
    Optional<MemorySize> used = memory(card, "vram total used memory (b)");
    return new AmdToolCard(
        OptionalLong.of(Long.parseLong(key.substring("card".length()))),
        first(card, "pci bus").flatMap(PciAddress::parse),
        first(card, "device id", "gpu id").or(() -> cardModel(card)).flatMap(AmdText::deviceId),
        first(card, "card series")
            .flatMap(AmdText::model)
            .or(() -> first(card, "device name").flatMap(AmdText::model)),
        first(card, "unique id").flatMap(AmdDeviceId::uniqueId),
        total,
        total.flatMap(all -> used.flatMap(part -> rest(all, part))),
        first(card, "gfx version").flatMap(AmdArchitecture::gfx),
        driver,
        partition(card),
        AmdSmiTree.numaNode(card.get("(topology) numa node")),
        fault(card, errors),
        Map.of());
  }

  /** The device's id since ROCm 6.1, which tells the subsystem's apart; before, it was that one. */
  private static Optional<String> cardModel(Map<String, Object> card) {
    return first(card, "card model").filter(id -> card.containsKey("subsystem id"));
  }

  private static AmdPartition partition(Map<String, Object> card) {
    OptionalInt number =
        first(card, "partition id")
            .filter(text -> text.matches("[0-9]{1,2}"))
            .map(text -> OptionalInt.of(Integer.parseInt(text)))
            .orElse(OptionalInt.empty());
    return AmdPartition.of(
        number,
        first(card, "compute partition").orElse("")
            + " "
            + first(card, "memory partition").orElse(""));
  }

  /** A sensor that cannot be read is not the card's fault; all that names the card is. */
  private static Optional<AmdFault> fault(Map<String, Object> card, List<String> errors) {
    if (card.entrySet().stream().anyMatch(RocmSmiTree::isAllOnes)) {
      return Optional.of(AmdFault.told(ALL_ONES));
    }
    boolean named =
        first(card, "device id", "gpu id", "unique id", "pci bus", "vram total memory (b)")
            .isPresent();
    return named || errors.isEmpty()
        ? Optional.empty()
        : Optional.of(AmdFault.told(String.join("; ", errors)));
  }

  private static boolean isAllOnes(Map.Entry<String, Object> value) {
    return value.getKey().startsWith("temperature")
        && String.valueOf(value.getValue()).startsWith("511.0");
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
