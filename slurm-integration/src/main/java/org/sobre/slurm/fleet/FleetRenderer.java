package org.sobre.slurm.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.sobre.slurm.fleet.Fleet.Group;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.NodeGres;

/**
 * A {@link Fleet} as the texts that the controller reads. The same documents give the same text,
 * byte for byte: no date, no host, no order of a directory. What is said of one node is what {@link
 * GresRenderer} says of it.
 */
public final class FleetRenderer {

  private static final String WRITTEN_BY = "# Written by `sobre gres --fleet`";

  private static final String HEADER =
      WRITTEN_BY + " from the nodes' own documents: changes here are lost.\n";

  /** Of a gres.conf in which no line stands, and none has been lost. */
  static final String NO_GPU = "# No node has a GPU.\n";

  private FleetRenderer() {}

  /**
   * A fragment for slurm.conf: NodeName= lines, and as remarks the {@code GresTypes} and {@code
   * AccountingStorageTRES} that the site's own lines need.
   */
  public static String slurmConf(Fleet fleet) {
    StringBuilder text = new StringBuilder(HEADER);
    text.append(GresRenderer.slurmConfNeeds(gresTypes(fleet), tres(fleet)));
    fleet.groups().forEach(group -> text.append(GresRenderer.nodeLine(group.named())));
    return text.toString();
  }

  /** A fragment for gres.conf; every line names its nodes. Nodes without GPUs have none. */
  public static String gresConf(Fleet fleet) {
    StringBuilder text = new StringBuilder(HEADER);
    for (Group group : fleet.groups()) {
      String nodes = "NodeName=" + group.range() + " ";
      GresRenderer.gresConf(group.named())
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> text.append(nodes).append(line).append('\n'));
    }
    return text.length() == HEADER.length() ? text + NO_GPU : text.toString();
  }

  /**
   * Whether a file may be replaced by another list: an empty one, or one that was written here.
   * JSON is taken for such, for {@link FleetListParser} refuses another's.
   */
  public static boolean mayHaveWritten(String text) {
    return text.isBlank() || text.startsWith(WRITTEN_BY) || text.startsWith("{");
  }

  /** For scripts: docs/contracts/fleet.schema.json. */
  public static Map<String, Object> document(Fleet fleet) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("gresTypes", gresTypes(fleet));
    document.put("accountingStorageTres", tres(fleet));
    document.put("groups", fleet.groups().stream().map(FleetRenderer::document).toList());
    return document;
  }

  private static Map<String, Object> document(Group group) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("nodes", group.range());
    json.put("names", group.names());
    json.put("cpus", group.like().cpu().threads());
    json.put("memoryMiB", group.like().memory().mebibytes());
    json.put("gpus", gpus(group.like().gres().countByType()));
    if (group.like().gres().shards() > 0) {
      json.put("shards", group.like().gres().shards());
    }
    json.put("features", group.like().features());
    json.put("nodeLine", GresRenderer.nodeLine(group.named()).strip());
    return json;
  }

  private static List<Map<String, Object>> gpus(Map<String, Integer> countByType) {
    List<Map<String, Object>> gpus = new ArrayList<>();
    countByType.forEach(
        (type, count) -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("type", type);
          json.put("count", count);
          gpus.add(json);
        });
    return gpus;
  }

  private static List<String> gresTypes(Fleet fleet) {
    return needed(fleet, NodeGres::names);
  }

  private static List<String> tres(Fleet fleet) {
    return needed(fleet, NodeGres::tres);
  }

  /** By all nodes together, in the order of the words: gpu comes before shard. */
  private static List<String> needed(Fleet fleet, Function<NodeGres, List<String>> byNode) {
    return fleet.nodes().stream()
        .flatMap(node -> byNode.apply(node.gres()).stream())
        .distinct()
        .sorted()
        .toList();
  }
}
