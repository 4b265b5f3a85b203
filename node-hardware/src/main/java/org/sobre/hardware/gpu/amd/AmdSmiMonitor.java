package org.sobre.hardware.gpu.amd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;

/**
 * Reads the table of {@code amd-smi monitor}: a row a device. Since ROCm 6.4 it has the number of
 * the part (XCP), since 7.0 the memory as {@code 2.9/ 15.9 GB}, used and total, and in watch mode a
 * time at the left.
 */
final class AmdSmiMonitor {

  private static final Pattern HEADER =
      Pattern.compile(
          "\\s*+(TIMESTAMP\\s+)?GPU\\s+(XCP\\s+)?"
              + "(POWER|PWR_CAP|GPU_T|MEM_T|GFX|VRAM|ENC|DEC|PCIE|SINGLE_ECC|PVIOL).*");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}");
  private static final Pattern USAGE =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9])?)/\\s*([0-9]{1,9}(?:\\.[0-9])? [MG]B)");

  private AmdSmiMonitor() {}

  static boolean isOne(String printed) {
    return AmdText.lines(printed).anyMatch(line -> HEADER.matcher(line).matches());
  }

  /**
   * @param printed standard output; of several rounds the first counts
   */
  static AmdListing parse(String printed) {
    Map<Long, AmdToolCard> cards = new LinkedHashMap<>();
    String header = "";
    for (String line : (Iterable<String>) AmdText.lines(printed)::iterator) {
      if (HEADER.matcher(line).matches()) {
        header = line;
        continue;
      }
      String above = header;
      cell("GPU", header, line)
          .filter(number -> words(line) >= words(above))
          .ifPresent(number -> cards.putIfAbsent((long) number, card(number, above, line)));
    }
    return AmdListing.of(
        List.copyOf(cards.values()),
        Optional.empty(),
        "expected a table with a row a card, found none");
  }

  private static AmdToolCard card(int number, String header, String row) {
    OptionalInt part = cell("XCP", header, row).map(OptionalInt::of).orElse(OptionalInt.empty());
    Optional<Matcher> usage =
        under("VRAM_USAGE", header, row).map(USAGE::matcher).filter(Matcher::matches);
    Optional<MemorySize> total = usage.flatMap(m -> AmdText.memory(m.group(2), "MB"));
    String unit = usage.map(m -> m.group(2).replaceAll("[^A-Z]", "")).orElse("MB");
    return AmdToolCard.row(
        OptionalLong.of(number),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        total.or(() -> under("VRAM_TOTAL", header, row).flatMap(t -> AmdText.memory(t, "MB"))),
        usage
            .flatMap(m -> AmdText.memory(m.group(1), unit))
            .or(() -> under("VRAM_USED", header, row).flatMap(t -> AmdText.memory(t, "MB"))),
        AmdPartition.of(part, ""));
  }

  /** A row has a value for each heading, and units beside. */
  private static int words(String line) {
    return line.strip().split("\\s+", -1).length;
  }

  /** Of one of the first columns, which have no blanks in their cells. */
  private static Optional<Integer> cell(String name, String header, String row) {
    int column = List.of(header.strip().split("\\s+", 4)).indexOf(name);
    String[] cells = row.strip().split("\\s+", 4);
    return column < 0 || column >= cells.length - 1 || !NUMBER.matcher(cells[column]).matches()
        ? Optional.empty()
        : Optional.of(Integer.parseInt(cells[column]));
  }

  /** Values stand right below the ends of their headings. */
  private static Optional<String> under(String name, String header, String row) {
    int at = header.indexOf(name);
    int end = at + name.length();
    if (at < 0 || end > row.length() || (end < row.length() && row.charAt(end) != ' ')) {
      return Optional.empty();
    }
    int before = header.substring(0, at).stripTrailing().length();
    return Optional.of(row.substring(Math.min(before, end), end).strip());
  }
}
