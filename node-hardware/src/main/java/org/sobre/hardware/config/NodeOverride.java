package org.sobre.hardware.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.message.Messages;

/**
 * One item of {@code nodes:}: what holds on hosts of some names. Never a file per node.
 *
 * @param name as {@code nodes[0]}
 * @param patterns of short host names; empty if none is well-formed
 * @param set what it sets
 */
record NodeOverride(String name, List<HostPattern> patterns, YamlLayer set) {

  private static final Messages MESSAGES = Messages.of(NodeOverride.class);

  /** What a node may have of its own. */
  private static final List<String> OVERRIDABLE =
      List.of("slurm", "discovery", "meters", "ledger", "health", "metrics", "models");

  /**
   * What holds for the cluster as a whole: a month cut in another zone on one node, or a ledger
   * that the controller does not read, would be energy that no report finds.
   */
  private static final Set<String> OF_THE_CLUSTER =
      Set.of("schema", "cluster", "timeZone", "language", "store", "report", "privacy", "nodes");

  NodeOverride {
    patterns = List.copyOf(patterns);
  }

  boolean matches(String host) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(host));
  }

  /** Every override of the document, in order. */
  static List<NodeOverride> of(YamlSection top) {
    return top.sections("nodes").stream().map(NodeOverride::one).toList();
  }

  private static NodeOverride one(YamlSection item) {
    item.require("match", MESSAGES.text("nodes.match"));
    List<HostPattern> patterns = new ArrayList<>();
    for (String text : item.strings("match")) {
      Optional<String> flaw = HostPattern.flaw(text);
      flaw.ifPresent(message -> item.problem("match", message));
      if (flaw.isEmpty()) {
        patterns.add(HostPattern.parse(text));
      }
    }
    if (item.has("match") && item.hasNoItems("match")) {
      item.remark("match", MESSAGES.text("nodes.matchesNothing"));
    }
    item.require("set", MESSAGES.text("nodes.set"));
    YamlSection set = item.section("set");
    if (item.hasMapping("set") && set.isEmpty()) {
      item.remark("set", MESSAGES.text("nodes.setsNothing"));
    }
    refuseOthers(set);
    item.refuseUnknownKeys();
    YamlLayer layer = set.layer();
    List<String> others =
        layer.entries().keySet().stream().filter(key -> !OVERRIDABLE.contains(key)).toList();
    return new NodeOverride(item.layer().path(), patterns, layer.without(others));
  }

  private static void refuseOthers(YamlSection set) {
    for (String key : set.keys()) {
      if (OF_THE_CLUSTER.contains(key)) {
        set.problem(key, MESSAGES.text("nodes.ofTheCluster"));
      } else if (!OVERRIDABLE.contains(key)) {
        String clause = Suggestion.clause(key, OVERRIDABLE);
        set.problem(key, MESSAGES.text("key.unknown", clause, String.join(", ", OVERRIDABLE)));
      }
    }
    YamlSection ledger = set.section("ledger");
    if (ledger.has("directory")) {
      ledger.problem("directory", MESSAGES.text("nodes.ofTheCluster"));
    }
  }
}
