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
import org.sobre.slurm.fleet.FleetInventory.Stock;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.job.NodeList;

/**
 * Reads what GPUs and shards each node has from a list of nodes that exists already: what {@code
 * sobre gres --fleet} wrote in any of its formats, or a site's own slurm.conf or gres.conf. Keys
 * are taken in any case, as Slurm does; lines of other things are passed over, and so are the files
 * of {@code Include}. The time that it takes grows with the length of the text, whatever stands in
 * it.
 */
public final class FleetListParser {

  /** In characters. */
  public static final int LONGEST = 16 << 20;

  /** From the first letter on only: from each of a long run it would be tried to the run's end. */
  private static final Pattern WORD =
      Pattern.compile("(?<![A-Za-z])([A-Za-z]++)=(\"[^\"]*\"|\\S*)");

  private static final Pattern GRES =
      Pattern.compile("(?:gpu|shard)(?::([^:()\\[\\]]*?))??(?::(\\d{1,6}[kK]?))?");

  /** {@code (S:0-1)}; inside of it a comma parts socket numbers. */
  private static final Pattern SOCKETS = Pattern.compile("\\([^()]*\\)");

  private static final Pattern COUNT = Pattern.compile("(\\d{1,6})([kK]?)");

  /** slurm.conf(5): the word in any case, a blank, the file. */
  private static final Pattern INCLUDE =
      Pattern.compile(
          "^[ \\t]*+include[ \\t]++(\\S++)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /**
   * Of files, and of nodes for each type, over all lines: a short range may stand for very many.
   */
  private static final int MOST_NAMES = 1_000_000;

  private static final String DEFAULT = "DEFAULT";

  /** By node; a long list says of one node again and again. */
  private final Map<String, Draft> nodes = new HashMap<>();

  private Optional<String> defaultGres = Optional.empty();

  private long expanded;

  private FleetListParser() {}

  /**
   * The files that a list includes, as they are named there: {@link #parse} knows nothing of them.
   */
  public static List<String> includes(String text) {
    return INCLUDE.matcher(text).results().map(include -> include.group(1)).toList();
  }

  /**
   * @throws FleetFormatException naming the line that cannot be read, or if no node is in the list:
   *     whatever comes after it, nothing would be lost
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
    if (parser.nodes.isEmpty() && !text.contains(FleetRenderer.NO_GPU)) {
      throw new FleetFormatException(
          "expected nodes, as NodeName= lines or \"groups\", found none"
              + (includes(text).isEmpty() ? "" : "; Include is not followed: name that file"));
    }
    SortedMap<String, Stock> nodes = new TreeMap<>();
    parser.nodes.forEach((node, draft) -> nodes.put(node, new Stock(draft.gpus, draft.shards)));
    return new FleetInventory(nodes);
  }

  /** What has been read of one node. */
  private static final class Draft {
    private final SortedMap<String, Long> gpus = new TreeMap<>();
    private long shards;

    void add(String name, String type, long count) {
      if (name.equals(NodeGres.GPU)) {
        gpus.merge(type, count, Long::sum);
      } else {
        shards += count;
      }
    }

    void add(Draft more) {
      more.gpus.forEach((type, count) -> gpus.merge(type, count, Long::sum));
      shards += more.shards;
    }
  }

  private Draft draft(String node) {
    return nodes.computeIfAbsent(node, name -> new Draft());
  }

  private void json(String text) throws FleetFormatException {
    try {
      for (JsonObject group : JsonObject.parse(text).objects("groups")) {
        for (String node : group.strings("names")) {
          draft(node).add(NodeGres.SHARD, "", whole(group.integer("shards").orElse(0)));
          for (JsonObject gpus : group.objects("gpus")) {
            long count = whole(gpus.requiredInteger("count"));
            draft(node).add(NodeGres.GPU, gpus.requiredString("type"), count);
          }
        }
      }
    } catch (JsonShapeException e) {
      throw new FleetFormatException(String.valueOf(e.getMessage()));
    }
  }

  private static long whole(long count) throws FleetFormatException {
    if (count < 0 || count > Integer.MAX_VALUE) {
      throw new FleetFormatException("expected a number of GPUs or shards, found " + count);
    }
    return count;
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
      Draft each = nodeGres(words.getOrDefault("gres", defaultGres.orElse("")));
      for (String node : expand(list, Math.max(1, each.gpus.size()))) {
        draft(node).add(each);
      }
    }
  }

  /** {@code gpu:a100:2(S:0-1),gpu:2,shard:8}; what else a node has is passed over. */
  private static Draft nodeGres(String gres) throws FleetFormatException {
    Draft node = new Draft();
    for (String item : SOCKETS.matcher(gres).replaceAll("").split(",", -1)) {
      String name = item.split(":", 2)[0];
      if (name.equals(NodeGres.GPU) || name.equals(NodeGres.SHARD)) {
        Matcher m = GRES.matcher(item);
        if (!m.matches()) {
          throw new FleetFormatException(
              "Gres: expected " + name + ":TYPE:COUNT, found \"" + item + "\"");
        }
        String type = m.group(1) == null ? FleetInventory.UNTYPED : m.group(1);
        node.add(name, type, count(m.group(2) == null ? "1" : m.group(2)));
      }
    }
    return node;
  }

  private void gresLine(Optional<String> list, Map<String, String> words)
      throws FleetFormatException {
    String name = words.getOrDefault("name", "");
    if (!name.equals(NodeGres.GPU) && !name.equals(NodeGres.SHARD)) {
      return;
    }
    if (list.isEmpty()) {
      throw new FleetFormatException(
          "expected NodeName= on a " + name + " line, found none: it says nothing of which node");
    }
    String type = words.getOrDefault("type", FleetInventory.UNTYPED);
    // of a gpu the files are the cards; of a shard they are the cards that it is of
    boolean cards = name.equals(NodeGres.GPU) && words.containsKey("file");
    long count =
        cards
            ? expand(words.getOrDefault("file", ""), 1).size()
            : count(words.getOrDefault("count", "1"));
    for (String node : expand(list.get(), 1)) {
      draft(node).add(name, type, count);
    }
  }

  private static long count(String count) throws FleetFormatException {
    Matcher m = COUNT.matcher(count);
    if (!m.matches()) {
      throw new FleetFormatException("Count: expected a number, found \"" + count + "\"");
    }
    return Long.parseLong(m.group(1)) * (m.group(2).isEmpty() ? 1 : 1024);
  }

  /**
   * @param types of GPUs that each of the names gets
   */
  private List<String> expand(String list, int types) throws FleetFormatException {
    List<String> names = NodeList.expand(list);
    if (names.isEmpty()) {
      throw new FleetFormatException("expected names as n[1-3,7], found \"" + list + "\"");
    }
    expanded += (long) names.size() * types;
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
}
