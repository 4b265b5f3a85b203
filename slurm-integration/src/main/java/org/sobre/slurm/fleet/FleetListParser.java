package org.sobre.slurm.fleet;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.NodeList;

/**
 * Reads which GPUs each node has from a list of nodes that exists already: what {@code sobre gres
 * --fleet} wrote in any of its formats, or a site's own slurm.conf or gres.conf. Keys are taken in
 * any case, as Slurm does; lines of other things are passed over.
 */
public final class FleetListParser {

  /** In characters. */
  public static final int LONGEST = 16 << 20;

  private static final Pattern WORD = Pattern.compile("([A-Za-z]+)=(\"[^\"]*\"|\\S*)");
  private static final Pattern GPU =
      Pattern.compile("gpu(?::([^:()\\[\\]]*?))??(?::(\\d{1,6})([kK]?))?(?:\\([^)]*\\))?");

  /** Of nodes and files, over all lines: a short range may stand for very many. */
  private static final int MOST_NAMES = 1_000_000;

  private static final String DEFAULT = "DEFAULT";

  private final SortedMap<String, SortedMap<String, Integer>> nodes = new TreeMap<>();
  private Optional<String> defaultGres = Optional.empty();

  private int expanded;

  private FleetListParser() {}

  /**
   * @throws FleetFormatException naming the line that cannot be read
   */
  public static FleetInventory parse(String text) throws FleetFormatException {
    if (text.length() > LONGEST) {
      throw new FleetFormatException(
          "expected at most " + LONGEST + " characters, found " + text.length());
    }
    FleetListParser parser = new FleetListParser();
    if (text.stripLeading().startsWith("{")) {
      parser.json(text);
    } else {
      parser.lines(text);
    }
    return new FleetInventory(parser.nodes);
  }

  private void json(String text) throws FleetFormatException {
    try {
      for (JsonObject group : JsonObject.parse(text).objects("groups")) {
        for (String node : group.strings("names")) {
          nodes.computeIfAbsent(node, n -> new TreeMap<>());
          for (JsonObject gpus : group.objects("gpus")) {
            int count = Math.toIntExact(gpus.requiredInteger("count"));
            add(node, gpus.requiredString("type"), count);
          }
        }
      }
    } catch (JsonShapeException | ArithmeticException e) {
      throw new FleetFormatException(String.valueOf(e.getMessage()));
    }
  }

  private void lines(String text) throws FleetFormatException {
    List<String> lines = text.lines().toList();
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      // a line that ends so goes on in the next: slurm.conf(5)
      if (line.endsWith("\\") && i + 1 < lines.size()) {
        whole.append(line, 0, line.length() - 1);
        continue;
      }
      try {
        line(whole.append(line).toString());
      } catch (FleetFormatException e) {
        throw new FleetFormatException("line " + (i + 1) + ": " + e.getMessage());
      }
      whole.setLength(0);
    }
  }

  private void line(String line) throws FleetFormatException {
    Map<String, String> words = words(line.replaceFirst("(^|\\s)#.*", ""));
    String list = words.get("nodename");
    if (words.containsKey("name")) {
      gresLine(Optional.ofNullable(list), words);
    } else if (DEFAULT.equalsIgnoreCase(list)) {
      defaultGres = Optional.ofNullable(words.get("gres")).or(() -> defaultGres);
    } else if (list != null) {
      String gres = words.getOrDefault("gres", defaultGres.orElse(""));
      for (String node : expand(list)) {
        nodes.computeIfAbsent(node, n -> new TreeMap<>());
        nodeGres(node, gres);
      }
    }
  }

  /** {@code gpu:a100:2(S:0-1),gpu:2,shard:8}: only GPUs count. */
  private void nodeGres(String node, String gres) throws FleetFormatException {
    // inside of brackets a comma parts socket numbers
    for (String item : gres.replaceAll("\\([^)]*\\)", "").split(",", -1)) {
      if (item.equals("gpu") || item.startsWith("gpu:")) {
        Matcher m = GPU.matcher(item);
        if (!m.matches()) {
          throw new FleetFormatException("Gres: expected gpu:TYPE:COUNT, found \"" + item + "\"");
        }
        int count = m.group(2) == null ? 1 : Integer.parseInt(m.group(2));
        boolean thousands = m.group(3) != null && !m.group(3).isEmpty();
        add(
            node,
            m.group(1) == null ? FleetInventory.UNTYPED : m.group(1),
            thousands ? Math.multiplyExact(count, 1024) : count);
      }
    }
  }

  private void gresLine(Optional<String> list, Map<String, String> words)
      throws FleetFormatException {
    if (!words.getOrDefault("name", "").equals("gpu")) {
      return;
    }
    if (list.isEmpty()) {
      throw new FleetFormatException(
          "expected NodeName= on a gpu line, found none: it says nothing of which node");
    }
    String type = words.getOrDefault("type", FleetInventory.UNTYPED);
    int count = cards(words);
    for (String node : expand(list.get())) {
      add(node, type, count);
    }
  }

  /** One for MultipleFiles=, whose files are one card's. */
  private int cards(Map<String, String> words) throws FleetFormatException {
    if (words.containsKey("file")) {
      return expand(words.get("file")).size();
    }
    String count = words.getOrDefault("count", "1");
    if (!count.matches("\\d{1,6}")) {
      throw new FleetFormatException("Count: expected a number, found \"" + count + "\"");
    }
    return Integer.parseInt(count);
  }

  private List<String> expand(String list) throws FleetFormatException {
    List<String> names = NodeList.expand(list);
    if (names.isEmpty()) {
      throw new FleetFormatException("expected names as n[1-3,7], found \"" + list + "\"");
    }
    expanded += names.size();
    if (expanded > MOST_NAMES) {
      throw new FleetFormatException("expected at most " + MOST_NAMES + " names in all");
    }
    return names;
  }

  private static Map<String, String> words(String line) {
    Map<String, String> words = new HashMap<>();
    Matcher m = WORD.matcher(line);
    while (m.find()) {
      String value = m.group(2);
      boolean quoted = value.length() > 1 && value.startsWith("\"");
      words.put(
          m.group(1).toLowerCase(Locale.ROOT),
          quoted ? value.substring(1, value.length() - 1) : value);
    }
    return words;
  }

  private void add(String node, String type, int count) throws FleetFormatException {
    SortedMap<String, Integer> types = nodes.computeIfAbsent(node, n -> new TreeMap<>());
    try {
      types.merge(type, count, Math::addExact);
    } catch (ArithmeticException e) {
      throw new FleetFormatException(node + ": expected a number of GPUs, found too large a one");
    }
  }
}
