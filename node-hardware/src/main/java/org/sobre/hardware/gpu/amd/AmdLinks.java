package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.units.PciAddress;

/**
 * xGMI links in {@code amd-smi topology} and {@code xgmi}. How many lanes a link has is not told:
 * each counts 1.
 */
final class AmdLinks {

  private static final String XGMI = "XGMI";

  /** Of {@code topology}, and of {@code xgmi}. */
  private static final Pattern TABLE =
      Pattern.compile("(?m)^(ACCESS|WEIGHT|HOPS|LINK TYPE|LINK METRIC) TABLE:");

  private static final Pattern ADDRESS =
      Pattern.compile("\\b[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]\\b");

  private static final Pattern CELL = Pattern.compile("(?<=\\s)\\S+");

  /** Bytes read from each card; none from the one itself. */
  private static final Pattern TRAFFIC = Pattern.compile("N/A|[0-9]+(?:\\.[0-9]+)? [KMGT]?B");

  private AmdLinks() {}

  static boolean isTable(String printed) {
    return TABLE.matcher(printed).find();
  }

  /**
   * Of one device's JSON: a list of links since ROCm 6.2, which {@code xgmi} has below {@code
   * link_metrics}. Before, peers had numbers alone and no address: those are not taken.
   */
  static Map<PciAddress, Integer> ofDevice(Map<?, ?> device) {
    if (device.get("link_metrics") instanceof Map<?, ?> metrics) {
      return ofList(metrics.get("links"), metrics.get("link_type"), device);
    }
    return ofList(device.get("links"), null, device);
  }

  private static Map<PciAddress, Integer> ofList(
      @Nullable Object links, @Nullable Object typeOfAll, Map<?, ?> device) {
    Optional<PciAddress> self = AmdText.value(device.get("bdf")).flatMap(PciAddress::parse);
    Map<PciAddress, Integer> peers = new TreeMap<>();
    for (Object item : links instanceof List<?> list ? list : List.of()) {
      if (item instanceof Map<?, ?> link
          && XGMI.equals(typeOfAll == null ? link.get("link_type") : typeOfAll)) {
        AmdText.value(link.get("bdf"))
            .flatMap(PciAddress::parse)
            .filter(peer -> !self.equals(Optional.of(peer)))
            .ifPresent(peer -> peers.put(peer, 1));
      }
    }
    return peers;
  }

  /** The tables for people: columns and rows are addresses. */
  static AmdListing ofTables(String printed) {
    Map<PciAddress, Map<PciAddress, Integer>> cards = new LinkedHashMap<>();
    List<PciAddress> columns = List.of();
    Optional<Map<PciAddress, Integer>> measured = Optional.empty();
    boolean types = false;
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      List<PciAddress> named = addresses(line);
      boolean row = line.matches("(GPU[0-9]{1,4}\\s+)?[0-9a-fA-F]{4,8}:.*");
      if (TABLE.matcher(line).find()) {
        types = line.startsWith("LINK TYPE");
        columns = List.of();
      } else if (!named.isEmpty() && !row) {
        columns = named;
        columns.forEach(address -> cards.putIfAbsent(address, new TreeMap<>()));
      } else if (!named.isEmpty()) {
        Map<PciAddress, Integer> peers = cards.computeIfAbsent(named.get(0), a -> new TreeMap<>());
        if (types) {
          put(peers, cells(CELL, line), columns, XGMI::equals);
        }
        measured = line.contains(XGMI) ? Optional.of(peers) : Optional.empty();
      } else if (measured.isPresent() && line.strip().startsWith("Read")) {
        put(measured.get(), cells(TRAFFIC, line), columns, cell -> !cell.equals("N/A"));
      }
    }
    return listing(cards);
  }

  private static void put(
      Map<PciAddress, Integer> peers,
      List<String> cells,
      List<PciAddress> columns,
      Predicate<String> linked) {
    for (int i = 0; i < Math.min(cells.size(), columns.size()); i++) {
      if (linked.test(cells.get(i))) {
        peers.put(columns.get(i), 1);
      }
    }
  }

  /** What stands in a row behind its own name. */
  private static List<String> cells(Pattern cell, String row) {
    List<String> cells = new ArrayList<>();
    Matcher m = cell.matcher(row);
    while (m.find()) {
      cells.add(m.group());
    }
    return cells;
  }

  private static List<PciAddress> addresses(String line) {
    List<PciAddress> addresses = new ArrayList<>();
    Matcher m = ADDRESS.matcher(line);
    while (m.find()) {
      PciAddress.parse(m.group()).ifPresent(addresses::add);
    }
    return addresses;
  }

  private static AmdListing listing(Map<PciAddress, Map<PciAddress, Integer>> cards) {
    List<AmdToolCard> listed = new ArrayList<>();
    cards.forEach(
        (address, peers) -> {
          peers.remove(address);
          listed.add(
              AmdToolCard.at(OptionalLong.of(listed.size()), Optional.of(address)).linkedTo(peers));
        });
    return AmdListing.of(
        listed, Optional.empty(), "expected a table with addresses of cards, found none");
  }
}
