package org.sobre.slurm.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.sobre.slurm.gres.NodeGres;
import org.sobre.slurm.gres.SlurmNode;

/**
 * What each node has for jobs, by the node's name: what must not become less without a word.
 *
 * @param nodes by name
 */
public record FleetInventory(SortedMap<String, Stock> nodes) {

  /** The type of a GPU that somebody listed without one. */
  public static final String UNTYPED = "";

  public FleetInventory {
    SortedMap<String, Stock> copy = new TreeMap<>(HostRange.ORDER);
    copy.putAll(nodes);
    nodes = Collections.unmodifiableSortedMap(copy);
  }

  /**
   * What one node has.
   *
   * @param gpus how many of each type, {@link #UNTYPED} for those of none
   * @param shards of all its GPUs together; 0 where none is shared
   */
  public record Stock(SortedMap<String, Long> gpus, long shards) {

    public Stock {
      gpus = Collections.unmodifiableSortedMap(new TreeMap<>(gpus));
    }

    /** A card in the place of another is less too, for jobs ask for it by its type. */
    private boolean isLessThan(Stock had) {
      return shards < had.shards
          || sum() < had.sum()
          || had.gpus.entrySet().stream()
              .filter(type -> !type.getKey().equals(UNTYPED))
              .anyMatch(type -> gpus.getOrDefault(type.getKey(), 0L) < type.getValue());
    }

    private long sum() {
      return gpus.values().stream().mapToLong(Long::longValue).sum();
    }

    /** {@code gpu:a100:2,shard:160}; empty where there is nothing. */
    private String words() {
      StringJoiner words = new StringJoiner(",");
      gpus.forEach(
          (type, count) -> {
            if (count > 0) {
              words.add((type.equals(UNTYPED) ? "gpu" : "gpu:" + type) + ":" + count);
            }
          });
      if (shards > 0) {
        words.add(NodeGres.SHARD + ":" + shards);
      }
      return words.toString();
    }
  }

  public static FleetInventory of(Fleet fleet) {
    SortedMap<String, Stock> nodes = new TreeMap<>();
    for (SlurmNode node : fleet.nodes()) {
      SortedMap<String, Long> gpus = new TreeMap<>();
      node.gres().countByType().forEach((type, count) -> gpus.put(type, (long) count));
      nodes.put(node.node(), new Stock(gpus, node.gres().shards()));
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
   * What the inventory that comes after this one lacks: nodes, GPUs of a node, GPUs of a type, or
   * shards.
   *
   * @return in the order of names
   */
  public List<Loss> lossesTo(FleetInventory next) {
    List<Loss> losses = new ArrayList<>();
    nodes.forEach(
        (node, had) -> {
          Stock has = next.nodes.get(node);
          if (has == null) {
            losses.add(new Loss(node, had.words(), "", true));
          } else if (has.isLessThan(had)) {
            losses.add(new Loss(node, had.words(), has.words(), false));
          }
        });
    return losses;
  }
}
