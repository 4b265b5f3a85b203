package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pure parser of the table that {@code nvidia-smi} prints when asked nothing. It is made for eyes:
 * names are cut, used memory is told instead of free, UUID and minor are not told.
 */
final class NvidiaTable {

  /** The widest has 91. */
  private static final int LONGEST_ROW = 300;

  private static final Pattern VERSION =
      Pattern.compile("\\| NVIDIA-SMI .*?(?:Driver|KMD) Version:\\s*([0-9.]+).*");

  /** {@code 0 NVIDIA L40S On}, before driver 304 {@code 0. Tesla C2050}. */
  private static final Pattern NAME = Pattern.compile("\\s*(\\d{1,3})\\.?\\s+(\\S.*?)\\s*");

  /**
   * What follows the name: persistence, or the driver model on Windows. The tables of virtual GPUs
   * and of drivers before 319 have no such column.
   */
  private static final Pattern NAME_AND_MODE =
      Pattern.compile("(\\S.*?)\\s+(?:On|Off|N/A|ERR!|WDDM|TCC|MCDM)");

  /** Address, and whether a display is active, which the table of virtual GPUs leaves out. */
  private static final Pattern BUS =
      Pattern.compile("\\s*([0-9A-Fa-f]{4,8}:[0-9A-Fa-f:.]{7}|N/A)(?:\\s+(On|Off|N/A|ERR!))?\\s*");

  /** Used and total, before driver 319 behind the percentage in use. */
  private static final Pattern MEMORY =
      Pattern.compile("\\s*(?:\\d{1,3}%\\s+)?(\\S+)\\s*/\\s*(\\S+)\\s*|\\s*(\\S(?:.*\\S)?)\\s*");

  /** GPU, GPU instance, compute instance, device. */
  private static final Pattern MIG =
      Pattern.compile("\\s*(\\d{1,3})\\s+(\\d{1,3})\\s+(\\d{1,3})\\s+(\\d{1,3})\\s*");

  private final NvidiaSmiLogBuilder log = new NvidiaSmiLogBuilder();
  private final Map<String, NvidiaGpuFacts> cards = new LinkedHashMap<>();
  private Optional<NvidiaGpuFacts> open = Optional.empty();
  private int lineOfCard;

  private NvidiaTable() {}

  /** Whether a line names a card. */
  static boolean isCard(String line) {
    List<String> cells = cells(line);
    return cells.size() == 3
        && NAME.matcher(cells.get(0)).matches()
        && BUS.matcher(cells.get(1)).matches();
  }

  /** Whether a line is the table's head, which begins each table of a loop. */
  static boolean isHead(String line) {
    return line.length() < LONGEST_ROW && VERSION.matcher(line.strip()).matches();
  }

  /**
   * @param printed one table; of several, as a loop prints them, the caller cuts out one
   */
  static NvidiaSmiLog parse(String printed) throws NvidiaSmiFormatException {
    NvidiaSmiFormatException.refuseTooLong(printed);
    NvidiaTable parser = new NvidiaTable();
    List<String> rows = unwrapped(printed);
    for (String line : rows) {
      parser.line(line);
    }
    if (isCutOff(rows)) {
      parser.log.messages(List.of(NvidiaSmiLog.cutOff("a table")));
    }
    for (NvidiaGpuFacts facts : parser.cards.values()) {
      parser.log.card("", facts);
    }
    return parser.log.build();
  }

  /** A table ends with its border, and a row of one that was copied without borders is whole. */
  private static boolean isCutOff(List<String> rows) {
    List<String> table =
        rows.stream().filter(row -> row.startsWith("|") || row.startsWith("+")).toList();
    boolean bordered = table.stream().anyMatch(row -> row.startsWith("+"));
    String last = table.isEmpty() ? "+" : table.get(table.size() - 1);
    return last.startsWith("|") && (bordered || !last.endsWith("|"));
  }

  /** A narrow terminal breaks a row in two: what begins with no border belongs to the row above. */
  private static List<String> unwrapped(String printed) {
    List<String> rows = new ArrayList<>();
    for (Iterator<String> lines = printed.lines().iterator(); lines.hasNext(); ) {
      String line = lines.next().strip();
      int last = rows.size() - 1;
      boolean rest = !line.isEmpty() && line.endsWith("|") && !line.startsWith("|");
      if (rest
          && last >= 0
          && rows.get(last).startsWith("|")
          && rows.get(last).length() + line.length() < LONGEST_ROW) {
        rows.set(last, rows.get(last) + " " + line);
      } else {
        rows.add(line);
      }
    }
    return rows;
  }

  private void line(String line) throws NvidiaSmiFormatException {
    Matcher version = VERSION.matcher(line);
    if (isHead(line) && version.matches()) {
      log.driver(version.group(1));
    } else if (isCard(line)) {
      card(cells(line));
    } else if (line.startsWith("|")) {
      row(cells(line));
    } else if (line.startsWith("+")) {
      open = Optional.empty();
    } else if (NvidiaMessage.isOne(line)) {
      log.messages(List.of(line));
    }
  }

  private void card(List<String> cells) {
    Matcher name = NAME.matcher(cells.get(0));
    Matcher bus = BUS.matcher(cells.get(1));
    if (name.matches() && bus.matches()) {
      NvidiaGpuFacts facts = new NvidiaGpuFacts();
      facts.index(name.group(1));
      Matcher mode = NAME_AND_MODE.matcher(name.group(2));
      facts.add(NvidiaGpuFacts.MODEL, mode.matches() ? mode.group(1) : name.group(2));
      facts.add(NvidiaGpuFacts.BUS_ID, bus.group(1));
      facts.add(NvidiaGpuFacts.ECC, cells.get(2));
      cards.put(name.group(1), facts);
      open = Optional.of(facts);
      lineOfCard = 1;
    }
  }

  private void row(List<String> cells) throws NvidiaSmiFormatException {
    if (open.isPresent() && cells.size() == 3) {
      lineOfCard++;
      if (lineOfCard == 2) {
        measured(open.get(), cells);
      } else if (lineOfCard == 3) {
        open.get().add(NvidiaGpuFacts.MIG, cells.get(2));
      }
    } else if (cells.size() >= 2) {
      mig(cells);
    }
  }

  /** Fan, temperature, performance state and power; memory; load. */
  private static void measured(NvidiaGpuFacts facts, List<String> cells) {
    List<String> sensors = words(cells.get(0));
    if (sensors.size() > 2) {
      facts.add(NvidiaGpuFacts.FAN, sensors.get(0));
      facts.add(NvidiaGpuFacts.TEMPERATURE, sensors.get(1));
      facts.add(NvidiaGpuFacts.PERFORMANCE, sensors.get(2));
    }
    if (sensors.size() > 3) {
      facts.add(NvidiaGpuFacts.POWER, sensors.get(3));
    }
    Matcher memory = MEMORY.matcher(cells.get(1));
    if (memory.matches()) {
      String total = memory.group(2) == null ? memory.group(3) : memory.group(2);
      facts.add(NvidiaGpuFacts.TOTAL, total);
    }
    facts.add(NvidiaGpuFacts.UTILIZATION, words(cells.get(2)).get(0));
  }

  private void mig(List<String> cells) throws NvidiaSmiFormatException {
    Matcher numbers = MIG.matcher(cells.get(0));
    Matcher memory = MEMORY.matcher(cells.get(1));
    if (!numbers.matches() || !memory.matches() || memory.group(2) == null) {
      return;
    }
    NvidiaGpuFacts card = cards.get(numbers.group(1));
    if (card != null) {
      card.beginMig();
      card.addToMig(NvidiaGpuFacts.GPU_INSTANCE, numbers.group(2));
      card.addToMig(NvidiaGpuFacts.COMPUTE_INSTANCE, numbers.group(3));
      card.addToMig(NvidiaGpuFacts.MIG_INDEX, numbers.group(4));
      card.addToMig(NvidiaGpuFacts.TOTAL, memory.group(2));
    }
  }

  private static List<String> words(String cell) {
    return List.of(cell.strip().split("\\s+", -1));
  }

  private static List<String> cells(String line) {
    String row = line.strip();
    return row.length() > 1
            && row.length() < LONGEST_ROW
            && row.startsWith("|")
            && row.endsWith("|")
        ? List.of(row.substring(1, row.length() - 1).split("\\|", -1))
        : List.of();
  }
}
