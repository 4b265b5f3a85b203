package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.units.PciAddress;

/**
 * xGMI links in {@code amd-smi topology} and {@code xgmi}: direct ones, of one hop. How many lanes
 * they have is in their bandwidth, where that is told; else they count 1.
 */
final class AmdLinks {

  private static final String XGMI = "XGMI";

  /** Of {@code topology}, and of {@code xgmi}. */
  private static final Pattern TABLE =
      Pattern.compile("(?m)^(ACCESS|WEIGHT|HOPS|LINK TYPE|NUMA BW|LINK METRIC) TABLE:");

  private static final Pattern ADDRESS =
      Pattern.compile("\\b[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]\\b");

  private static final Pattern ROW = Pattern.compile("(GPU[0-9]{1,4}\\s+)?[0-9a-fA-F]{4,8}:.*");

  private static final Pattern CELL = Pattern.compile("(?<=\\s)\\S+");

  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})-([0-9]{1,9})");

  /** No two cards have more than four; a greater quotient is no number of lanes. */
  private static final int MOST_LANES = 16;

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

  /** Of {@code 50000-100000}: the bandwidth of one lane, and that of all, in MB/s. */
  private static int lanes(String bandwidth) {
    Matcher range = RANGE.matcher(bandwidth);
    return range.matches()
        ? lanes(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)))
        : 1;
  }

  static int lanes(long ofOne, long ofAll) {
    return ofOne > 0 && ofAll % ofOne == 0 && ofAll / ofOne >= 1 && ofAll / ofOne <= MOST_LANES
        ? (int) (ofAll / ofOne)
        : 1;
  }

  private static Map<PciAddress, Integer> ofList(
      @Nullable Object links, @Nullable Object typeOfAll, Map<?, ?> device) {
    Optional<PciAddress> self = AmdText.value(device.get("bdf")).flatMap(PciAddress::parse);
    Map<PciAddress, Integer> peers = new TreeMap<>();
    for (Object item : links instanceof List<?> list ? list : List.of()) {
      if (item instanceof Map<?, ?> link
          && XGMI.equals(typeOfAll == null ? link.get("link_type") : typeOfAll)
          && AmdText.value(link.get("num_hops")).orElse("1").equals("1")) {
        AmdText.value(link.get("bdf"))
            .flatMap(PciAddress::parse)
            .filter(peer -> !self.equals(Optional.of(peer)))
            .ifPresent(
                peer -> peers.put(peer, lanes(AmdText.value(link.get("bandwidth")).orElse(""))));
      }
    }
    return peers;
  }

  /** The tables for people: columns and rows are addresses. */
  static AmdListing ofTables(String printed) {
    Map<PciAddress, Map<PciAddress, Integer>> cards = new LinkedHashMap<>();
    List<PciAddress> columns = List.of();
    Optional<Map<PciAddress, Integer>> measured = Optional.empty();
    String table = "";
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      List<PciAddress> named = addresses(line);
      Matcher title = TABLE.matcher(line);
      if (title.find()) {
        table = title.group(1);
        columns = List.of();
      } else if (!named.isEmpty() && !ROW.matcher(line).matches()) {
        columns = named;
        columns.forEach(address -> cards.putIfAbsent(address, new TreeMap<>()));
      } else if (!named.isEmpty()) {
        Map<PciAddress, Integer> peers = cards.computeIfAbsent(named.get(0), a -> new TreeMap<>());
        put(table, peers, cells(CELL, line), columns);
        measured = line.contains(XGMI) ? Optional.of(peers) : Optional.empty();
      } else if (measured.isPresent() && line.strip().startsWith("Read")) {
        put("Read", measured.get(), cells(TRAFFIC, line), columns);
      }
    }
    return listing(cards);
  }

  /**
   * One row. The hops stand before the types of links, and the bandwidths behind: a 0 in between
   * says that the other card is no neighbour.
   */
  private static void put(
      String table, Map<PciAddress, Integer> peers, List<String> cells, List<PciAddress> columns) {
    for (int i = 0; i < Math.min(cells.size(), columns.size()); i++) {
      PciAddress peer = columns.get(i);
      String cell = cells.get(i);
      if (table.equals("HOPS") && !cell.equals("1")) {
        peers.put(peer, 0);
      } else if ((table.equals("LINK TYPE") && cell.equals(XGMI))
          || (table.equals("Read") && !cell.equals("N/A"))) {
        peers.putIfAbsent(peer, 1);
      } else if (table.equals("NUMA BW")) {
        peers.computeIfPresent(peer, (p, lanes) -> lanes == 0 ? 0 : lanes(cell));
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
    Matcher m = ADDRESS.matcher(line.indexOf(':') < 0 ? "" : line);
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
          peers.values().removeIf(lanes -> lanes == 0);
          listed.add(
              AmdToolCard.at(OptionalLong.of(listed.size()), Optional.of(address)).linkedTo(peers));
        });
    return AmdListing.of(
        listed, Optional.empty(), "expected a table with addresses of cards, found none");
  }
}
