package org.sobre.slurm.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what {@code sinfo -h -N -O FIELDS} prints: a line a node and partition. Pure. */
final class SinfoParser {

  private static final String SEPARATOR = "|";

  /**
   * Size 0 is the whole of a value, however long, and without a blank behind it; a size would cut
   * silently, as the 20 characters of a field without one do (seen with 22.05.8).
   */
  static final String FIELDS =
      Stream.of(
              "NodeList", "StateCompact", "Partition", "Available", "Gres", "GresUsed", "Features")
          .map(field -> field + ":0" + SEPARATOR)
          .reduce((before, field) -> before + "," + field)
          .orElseThrow();

  private static final int COUNT_OF_FIELDS = 7;
  private static final String GPU = "gpu";
  private static final String SHARD = "shard";
  private static final String NONE = "(null)";
  private static final String DEFAULT_MARK = "*";
  private static final String PARTITION_UP = "up";

  /** sinfo(1), NODE STATE CODES: the word, and what is more to say of it. */
  private static final Pattern STATE = Pattern.compile("([a-z_]+)(\\W*)");

  private static final Set<String> ACCEPTING = Set.of("idle", "mix", "mixed", "plnd", "planned");

  /** Asleep, waking, or thought of for a later job: it takes a job all the same. */
  private static final Pattern HARMLESS = Pattern.compile("[~#-]*");

  private SinfoParser() {}

  /**
   * In the order of the lines, each node once.
   *
   * @throws IllegalArgumentException naming the line, if it is none of these
   */
  static List<ListedNode> parse(String text) {
    Map<String, List<String[]>> linesByNode = new LinkedHashMap<>();
    for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
      String[] fields = line.split(Pattern.quote(SEPARATOR), -1);
      // the last one is ended by a separator, too
      if (fields.length != COUNT_OF_FIELDS + 1) {
        throw new IllegalArgumentException(
            "expected " + COUNT_OF_FIELDS + " fields, found \"" + line + "\"");
      }
      linesByNode
          .computeIfAbsent(fields[0].strip(), node -> new ArrayList<>())
          .add(Arrays.stream(fields).map(String::strip).toArray(String[]::new));
    }
    return linesByNode.entrySet().stream()
        .map(node -> node(node.getKey(), node.getValue()))
        .toList();
  }

  private static ListedNode node(String name, List<String[]> lines) {
    Set<String> defaults = new TreeSet<>();
    Set<String> others = new TreeSet<>();
    for (String[] line : lines) {
      boolean isDefault = line[2].endsWith(DEFAULT_MARK);
      if (line[3].equals(PARTITION_UP)) {
        (isDefault ? defaults : others)
            .add(isDefault ? line[2].substring(0, line[2].length() - 1) : line[2]);
      }
    }
    String[] any = lines.get(0);
    return new ListedNode(
        name,
        acceptsJobs(any[1]) && !(defaults.isEmpty() && others.isEmpty()),
        Stream.concat(defaults.stream(), others.stream()).toList(),
        !defaults.isEmpty(),
        gpus(GresList.parse(any[4]), GresList.parse(any[5])),
        any[6].equals(NONE) ? Set.of() : new TreeSet<>(List.of(any[6].split(",", -1))));
  }

  private static boolean acceptsJobs(String state) {
    Matcher m = STATE.matcher(state);
    return m.matches() && ACCEPTING.contains(m.group(1)) && HARMLESS.matcher(m.group(2)).matches();
  }

  private static Map<String, ListedNode.Gpus> gpus(GresList there, GresList held) {
    Map<String, ListedNode.Gpus> gpus = new TreeMap<>();
    Map<String, Integer> shards = there.counts(SHARD);
    there
        .counts(GPU)
        .forEach(
            (type, total) -> {
              if (total > 0) {
                int taken = Math.min(total, held.held(type, GPU, SHARD));
                gpus.put(type, new ListedNode.Gpus(total, taken, shards.getOrDefault(type, 0)));
              }
            });
    return gpus;
  }
}
