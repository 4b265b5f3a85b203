package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pure parser of {@code nvidia-smi --query-gpu=… --format=csv}, with its header: the names that
 * were asked, with their units. Nothing is quoted; a line of another number of cells is a message.
 */
final class NvidiaQueryCsv {

  private static final Pattern FIELD =
      Pattern.compile("([A-Za-z][A-Za-z0-9_.]*)(?: \\[([^\\[\\]]+)])?");

  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");

  /** Where a field stands in the XML. */
  private static final Map<String, String> PATHS =
      Map.ofEntries(
          Map.entry("name", NvidiaGpuFacts.MODEL),
          Map.entry("gpu_name", NvidiaGpuFacts.MODEL),
          Map.entry("uuid", NvidiaGpuFacts.UUID),
          Map.entry("gpu_uuid", NvidiaGpuFacts.UUID),
          Map.entry("pci.bus_id", NvidiaGpuFacts.BUS_ID),
          Map.entry("gpu_bus_id", NvidiaGpuFacts.BUS_ID),
          Map.entry("memory.total", NvidiaGpuFacts.TOTAL),
          Map.entry("memory.free", NvidiaGpuFacts.FREE),
          Map.entry("compute_cap", NvidiaGpuFacts.COMPUTE_CAPABILITY),
          Map.entry("mig.mode.current", NvidiaGpuFacts.MIG),
          Map.entry("temperature.gpu", NvidiaGpuFacts.TEMPERATURE),
          Map.entry("utilization.gpu", NvidiaGpuFacts.UTILIZATION),
          Map.entry("fan.speed", NvidiaGpuFacts.FAN),
          Map.entry("ecc.mode.current", NvidiaGpuFacts.ECC),
          Map.entry("power.draw", NvidiaGpuFacts.POWER),
          Map.entry("pstate", NvidiaGpuFacts.PERFORMANCE),
          Map.entry("clocks.sm", NvidiaGpuFacts.SM_CLOCK),
          Map.entry("clocks.current.sm", NvidiaGpuFacts.SM_CLOCK),
          Map.entry("gpu_recovery_action", NvidiaGpuFacts.RECOVERY),
          Map.entry("reset_status.reset_required", NvidiaGpuFacts.RESET));

  /** Fields that only queries of GPUs know; {@code name} alone heads many a table of others. */
  private static final Set<String> TELLING =
      Set.of(
          "gpu_name",
          "gpu_uuid",
          "pci.bus_id",
          "gpu_bus_id",
          "memory.total",
          "memory.used",
          "memory.free",
          "utilization.gpu",
          "utilization.memory",
          "temperature.gpu",
          "power.draw",
          "power.limit",
          "fan.speed",
          "driver_version",
          "compute_cap",
          "pstate",
          "clocks.sm");

  /** These make a row a process or a page, of which a card may have many and may have none. */
  private static final Set<String> NOT_OF_CARDS =
      Set.of("pid", "process_name", "retired_pages.address", "used_gpu_memory", "used_memory");

  private static final Set<String> TELLING_OF_OTHERS =
      Set.of(
          "gpu_name",
          "gpu_uuid",
          "gpu_bus_id",
          "used_gpu_memory",
          "used_memory",
          "retired_pages.cause");

  private final List<Matcher> header;
  private final NvidiaSmiLogBuilder log = new NvidiaSmiLogBuilder();
  private final Map<String, NvidiaGpuFacts> cards = new LinkedHashMap<>();

  /** Whether a card has nothing by which another answer's could be known to be the same. */
  private boolean withoutKey;

  private NvidiaQueryCsv(List<Matcher> header) {
    this.header = header;
  }

  /** Whether a line is the header of a query of GPUs. */
  static boolean isHeader(String line) {
    Set<String> names = names(line);
    return names.stream().anyMatch(TELLING::contains)
        && names.stream().noneMatch(NOT_OF_CARDS::contains);
  }

  /** Whether a line is the header of a query of processes or of memory pages. */
  static boolean isHeaderOfOthers(String line) {
    Set<String> names = names(line);
    return names.stream().anyMatch(NOT_OF_CARDS::contains)
        && names.stream().anyMatch(TELLING_OF_OTHERS::contains);
  }

  private static Set<String> names(String line) {
    if (line.indexOf('.') < 0 && line.indexOf('_') < 0 && !line.contains("pstate")) {
      // all telling names have one of these: most lines of other texts end here
      return Set.of();
    }
    List<Matcher> fields = fields(line);
    return fields.stream().allMatch(Matcher::matches)
        ? Set.copyOf(fields.stream().map(NvidiaQueryCsv::name).toList())
        : Set.of();
  }

  private static List<Matcher> fields(String line) {
    return cells(line).stream().map(FIELD::matcher).toList();
  }

  private static String name(Matcher field) {
    return field.group(1).toLowerCase(Locale.ROOT);
  }

  static NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    String header =
        printed
            .lines()
            .filter(NvidiaQueryCsv::isHeader)
            .findFirst()
            .orElseThrow(
                () ->
                    new NvidiaSmiFormatException(
                        "expected a header as \"name, pci.bus_id, memory.total [MiB]\", found none"));
    return parse(header, () -> printed.lines().iterator());
  }

  /**
   * @param header names of fields, with their units, parted by commas
   * @param lines in which the header may stand too
   */
  static NvidiaSmiLog parse(String header, Iterable<String> lines) throws NvidiaSmiFormatException {
    List<Matcher> fields = fields(header);
    fields.forEach(Matcher::matches);
    NvidiaQueryCsv parser = new NvidiaQueryCsv(fields);
    for (String line : lines) {
      if (line.equals(header) && parser.withoutKey) {
        break;
      }
      if (line.contains(NvidiaBareQuery.ASKING)) {
        continue; // the command, which has as many commas as its answer
      }
      if (!line.isBlank() && !line.equals(header) && line.length() < NvidiaTextForm.LONGEST_LINE) {
        parser.row(line);
      }
    }
    if (parser.cards.isEmpty()) {
      parser.log.messages(List.of("the query tells neither index nor uuid nor pci.bus_id"));
    }
    for (NvidiaGpuFacts facts : parser.cards.values()) {
      parser.log.card("", facts);
    }
    return parser.log.build();
  }

  /** A loop prints a card again and again: what it says last holds. */
  private void row(String line) throws NvidiaSmiFormatException {
    List<String> cells = cells(line);
    if (cells.size() != header.size()) {
      log.messages(NvidiaSmiLog.lines(line));
      return;
    }
    NvidiaGpuFacts facts = new NvidiaGpuFacts();
    List<String> key = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      String name = name(header.get(i));
      String path = PATHS.getOrDefault(name, name);
      facts.add(path, withUnit(cells.get(i), Optional.ofNullable(header.get(i).group(2))));
      log.header(name, cells.get(i));
      if (path.equals(NvidiaGpuFacts.BUS_ID) || path.equals(NvidiaGpuFacts.UUID)) {
        key.add(path + cells.get(i));
      } else if (name.equals("index")) {
        key.add("index" + cells.get(i));
        facts.index(cells.get(i));
      }
    }
    if (key.isEmpty() && !describesCards()) {
      return;
    }
    withoutKey |= key.isEmpty();
    cards.put(key.isEmpty() ? "row" + cards.size() : String.join(",", key), facts);
    if (cards.size() > NvidiaSmiLogBuilder.MOST_CARDS) {
      throw NvidiaSmiLogBuilder.tooManyCards();
    }
  }

  /** A row of no card's number: not so where it may be another sample of the same card. */
  private boolean describesCards() {
    List<String> names = header.stream().map(NvidiaQueryCsv::name).toList();
    return !names.contains("timestamp")
        && (names.contains("name") || names.contains("gpu_name") || names.contains("memory.total"));
  }

  /** {@code nounits} leaves them in the header. */
  private static String withUnit(String cell, Optional<String> unit) {
    return unit.isPresent() && NUMBER.matcher(cell).matches() ? cell + " " + unit.get() : cell;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
  }
}
