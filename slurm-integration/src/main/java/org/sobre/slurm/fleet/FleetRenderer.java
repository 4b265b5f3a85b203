package org.sobre.slurm.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sobre.slurm.fleet.Fleet.Group;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.node.GresEntry;

/**
 * A {@link Fleet} as the texts that the controller reads. The same documents give the same text,
 * byte for byte: no date, no host, no order of a directory. What is said of one node is what {@link
 * GresRenderer} says of it.
 */
public final class FleetRenderer {

  private static final String HEADER =
      "# Written by `sobre gres --fleet` from the nodes' own documents: changes here are lost.\n";

  /** Not a line of its own: slurmctld without slurmdbd dies of it (seen with 22.05.8). */
  private static final String TRES =
      "# Where slurmdbd keeps accounts, and only there, to count each type apart:\n"
          + "#AccountingStorageTRES=";

  private FleetRenderer() {}

  /**
   * A fragment for slurm.conf: {@code GresTypes}, {@code AccountingStorageTRES}, NodeName= lines.
   */
  public static String slurmConf(Fleet fleet) {
    StringBuilder text = new StringBuilder(HEADER);
    text.append("GresTypes=").append(String.join(",", gresTypes(fleet))).append('\n');
    text.append(TRES).append(String.join(",", tres(fleet))).append('\n');
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
    return text.toString();
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
    boolean shared = entries(fleet).stream().anyMatch(entry -> entry.shards().isPresent());
    return shared ? List.of("gpu", "shard") : List.of("gpu");
  }

  /** Without the types, accounting knows how many GPUs a job had and not which. */
  private static List<String> tres(Fleet fleet) {
    TreeSet<String> types =
        entries(fleet).stream()
            .map(entry -> "gres/gpu:" + entry.type())
            .collect(Collectors.toCollection(TreeSet::new));
    types.add("gres/gpu");
    return List.copyOf(types);
  }

  private static List<GresEntry> entries(Fleet fleet) {
    return fleet.nodes().stream().flatMap(node -> node.gres().entries().stream()).toList();
  }
}
