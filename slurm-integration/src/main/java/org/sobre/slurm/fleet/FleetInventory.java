package org.sobre.slurm.fleet;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sobre.slurm.gres.SlurmNode;

/**
 * How many GPUs of which type each node has, by the node's name: what must not become less without
 * a word.
 *
 * @param nodes by name; of each the GPUs by type, {@link #UNTYPED} for those of none
 */
public record FleetInventory(SortedMap<String, SortedMap<String, Integer>> nodes) {

  /** The type of a GPU that somebody listed without one. */
  public static final String UNTYPED = "";

  public FleetInventory {
    SortedMap<String, SortedMap<String, Integer>> copy = new TreeMap<>(HostRange.ORDER);
    nodes.forEach(
        (node, types) -> copy.put(node, Collections.unmodifiableSortedMap(new TreeMap<>(types))));
    nodes = Collections.unmodifiableSortedMap(copy);
  }

  public static FleetInventory of(Fleet fleet) {
    SortedMap<String, SortedMap<String, Integer>> nodes = new TreeMap<>();
    for (SlurmNode node : fleet.nodes()) {
      nodes.put(node.node(), new TreeMap<>(node.gres().countByType()));
    }
    return new FleetInventory(nodes);
  }

  /**
   * A node that has less than it had.
   *
   * @param had {@code gpu:a100:2}; empty for a node that had no GPU
   * @param has as {@code had}
   * @param gone whether the node itself is no longer there
   */
  public record Loss(String node, String had, String has, boolean gone) {}

  /**
   * What the inventory that comes after this one lacks: nodes, GPUs of a node, or GPUs of a type. A
   * card in the place of another is a loss too, for jobs ask for it by its type.
   *
   * @return in the order of names
   */
  public List<Loss> lossesTo(FleetInventory next) {
    List<Loss> losses = new ArrayList<>();
    nodes.forEach(
        (node, had) -> {
          SortedMap<String, Integer> has = next.nodes.get(node);
          if (has == null) {
            losses.add(new Loss(node, words(had), "", true));
          } else if (isLess(had, has)) {
            losses.add(new Loss(node, words(had), words(has), false));
          }
        });
    return losses;
  }

  private static boolean isLess(Map<String, Integer> had, Map<String, Integer> has) {
    return sum(has) < sum(had)
        || had.entrySet().stream()
            .filter(type -> !type.getKey().equals(UNTYPED))
            .anyMatch(type -> has.getOrDefault(type.getKey(), 0) < type.getValue());
  }

  private static int sum(Map<String, Integer> types) {
    return types.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String words(Map<String, Integer> types) {
    return types.entrySet().stream()
        .filter(type -> type.getValue() > 0)
        .map(
            type ->
                (type.getKey().equals(UNTYPED) ? "gpu" : "gpu:" + type.getKey())
                    + ":"
                    + type.getValue())
        .collect(joining(","));
  }
}
