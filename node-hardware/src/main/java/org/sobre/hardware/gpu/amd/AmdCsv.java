package org.sobre.hardware.gpu.amd;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.sobre.hardware.probe.ToolText;

/**
 * Reads {@code --csv} of both tools: a line of names, which begins with {@code gpu} (amd-smi) or
 * {@code device} (rocm-smi), and one a card. amd-smi leaves the names of sections out; rocm-smi
 * takes commas out of values and has no quotes.
 */
final class AmdCsv {

  private static final Pattern HEADER = Pattern.compile("(?m)^(gpu|gpu_id|device),\\S.*$");

  private AmdCsv() {}

  static boolean isOne(String printed) {
    return HEADER.matcher(printed).find();
  }

  static boolean isRocm(String printed) {
    Matcher header = HEADER.matcher(printed);
    return header.find() && header.group(1).equals("device");
  }

  /**
   * @param printed standard output, of one call
   */
  static AmdListing parse(String printed) {
    Matcher header = HEADER.matcher(AmdText.limited(printed));
    if (!header.find()) {
      return AmdListing.of(List.of(), Optional.empty(), "expected a line of CSV names, found none");
    }
    List<List<String>> lines = new ArrayList<>();
    Optional<String> problem = Optional.empty();
    try (CSVParser parser =
        CSVFormat.DEFAULT.parse(new StringReader(printed.substring(header.start())))) {
      for (CSVRecord line : parser) {
        lines.add(line.toList());
      }
    } catch (IOException | UncheckedIOException e) {
      problem = Optional.of("not CSV: " + ToolText.printable(String.valueOf(e.getMessage())));
    }
    return isRocm(printed) ? rocm(lines, problem) : amdSmi(lines, problem);
  }

  private static AmdListing amdSmi(List<List<String>> lines, Optional<String> problem) {
    List<Object> devices = new ArrayList<>();
    List<String> names = List.of();
    for (List<String> line : lines) {
      if (line.get(0).matches("[0-9]{1,4}")) {
        devices.add(values(names, line));
      } else if (line.get(0).startsWith("gpu")) {
        names = line; // partition prints several tables
      }
    }
    return AmdSmiTree.listing(devices, problem);
  }

  private static AmdListing rocm(List<List<String>> lines, Optional<String> problem) {
    Map<String, Object> cards = new LinkedHashMap<>();
    lines.stream()
        .skip(1)
        .filter(line -> RocmSmiTree.isCard(line.get(0)))
        .forEach(line -> cards.putIfAbsent(line.get(0), values(lines.get(0), line)));
    return RocmSmiTree.listing(List.of(cards), Map.of(), problem);
  }

  /** Of the first of two columns of one name; a line with too few columns has the rest unknown. */
  private static Map<String, Object> values(List<String> names, List<String> line) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < names.size() && i < line.size(); i++) {
      values.putIfAbsent(names.get(i).strip().toLowerCase(Locale.ROOT), line.get(i));
    }
    return values;
  }
}
