package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.CpuList;

/**
 * What {@code nvidia-smi topo -m} draws: how many NVLink lanes join which cards, and what is near
 * them. It is separated by tabs, also by blanks in copies; its first line is underlined by terminal
 * codes even in a pipe; columns of network cards come and go, and so do the last ones ({@code NUMA
 * Affinity} from driver 450 or so, {@code GPU NUMA ID} from 525).
 *
 * @param rows by NVML's index of the card
 */
record TopoMatrix(Map<Integer, Row> rows) {

  /** Where nothing was drawn. */
  static final TopoMatrix NONE = new TopoMatrix(Map.of());

  /** 64 cards and as many network cards, with room to spare. */
  private static final int MAX_COLUMNS = 400;

  private static final Pattern TERMINAL_CODE = Pattern.compile("\u001b\\[[0-9;]{0,10}m");
  private static final Pattern GPU = Pattern.compile("GPU(\\d{1,4})");
  private static final Pattern NVLINK = Pattern.compile("NV(\\d{1,3})");
  private static final String CPU_AFFINITY = "CPU Affinity";
  private static final String NUMA_AFFINITY = "NUMA Affinity";

  TopoMatrix {
    rows = Map.copyOf(rows);
  }

  /**
   * One card.
   *
   * @param lanes by the other card's index; 1 or more each
   */
  record Row(Map<Integer, Integer> lanes, Locality locality) {
    Row {
      lanes = Map.copyOf(lanes);
      requireNonNull(locality, "locality");
    }
  }

  /** The header's device columns, and which of the last columns follow them. */
  private record Header(List<String> devices, boolean cpus, boolean numa) {}

  /**
   * A text that is no matrix has no rows.
   *
   * @throws NvidiaSmiFormatException for one over {@link ToolText#LONGEST_ANSWER}
   */
  static TopoMatrix parse(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    Optional<Header> header = Optional.empty();
    Map<Integer, Row> rows = new TreeMap<>();
    List<String> lines = TERMINAL_CODE.matcher(printed).replaceAll("").lines().toList();
    for (String line : lines) {
      if (header.isEmpty()) {
        header = header(line);
      } else if (GPU.matcher(firstWord(line)).matches()) {
        Header columns = header.get();
        row(line, columns).ifPresent(row -> rows.putIfAbsent(number(firstWord(line)), row));
      } else if (line.strip().startsWith("Legend")) {
        break;
      }
    }
    return new TopoMatrix(mutual(rows));
  }

  private static Optional<Header> header(String line) {
    int cpu = line.indexOf("CPU");
    String names = cpu < 0 ? line : line.substring(0, cpu);
    List<String> devices = words(names);
    if (devices.isEmpty()
        || devices.size() > MAX_COLUMNS
        || !GPU.matcher(devices.get(0)).matches()
        || devices.stream().distinct().count() < devices.size()) {
      return Optional.empty();
    }
    return Optional.of(
        new Header(devices, line.contains(CPU_AFFINITY), line.contains(NUMA_AFFINITY)));
  }

  /** Empty for a row that has fewer cells than the header has devices. */
  private static Optional<Row> row(String line, Header header) {
    List<String> words = words(line);
    int devices = header.devices().size();
    if (words.size() < devices + 1) {
      return Optional.empty();
    }
    Map<Integer, Integer> lanes = new TreeMap<>();
    for (int i = 0; i < devices; i++) {
      Matcher nvlink = NVLINK.matcher(words.get(i + 1));
      Matcher peer = GPU.matcher(header.devices().get(i));
      if (nvlink.matches() && peer.matches() && Integer.parseInt(nvlink.group(1)) > 0) {
        lanes.put(Integer.parseInt(peer.group(1)), Integer.parseInt(nvlink.group(1)));
      }
    }
    lanes.remove(number(words.get(0)));
    return Optional.of(new Row(lanes, locality(line, words, header)));
  }

  private static Locality locality(String line, List<String> words, Header header) {
    // an empty cell can be seen between tabs only
    List<String> cells =
        line.indexOf('\t') >= 0 ? Arrays.asList(line.split("\t", MAX_COLUMNS)) : words;
    int first = header.devices().size() + 1;
    Optional<CpuList> cpus =
        header.cpus() ? cell(cells, first).flatMap(CpuList::parse) : Optional.empty();
    Optional<String> numa =
        header.numa() ? cell(cells, header.cpus() ? first + 1 : first) : Optional.empty();
    return new Locality(
        numa.filter(text -> text.matches("\\d{1,4}"))
            .map(text -> OptionalInt.of(Integer.parseInt(text)))
            .orElse(OptionalInt.empty()),
        cpus);
  }

  private static Optional<String> cell(List<String> cells, int at) {
    return at < cells.size() ? Optional.of(cells.get(at).strip()) : Optional.empty();
  }

  /** A link that only one end tells of is a text cut off or damaged: not a link. */
  private static Map<Integer, Row> mutual(Map<Integer, Row> rows) {
    Map<Integer, Row> checked = new TreeMap<>();
    rows.forEach(
        (index, row) -> {
          Map<Integer, Integer> lanes = new TreeMap<>(row.lanes());
          lanes
              .entrySet()
              .removeIf(
                  link ->
                      !Optional.ofNullable(rows.get(link.getKey()))
                          .map(other -> link.getValue().equals(other.lanes().get(index)))
                          .orElse(false));
          checked.put(index, new Row(lanes, row.locality()));
        });
    return checked;
  }

  private static int number(String gpu) {
    return Integer.parseInt(gpu.substring("GPU".length()));
  }

  private static String firstWord(String line) {
    List<String> words = words(line);
    return words.isEmpty() ? "" : words.get(0);
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.strip().split("\\s+", MAX_COLUMNS)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }
}
