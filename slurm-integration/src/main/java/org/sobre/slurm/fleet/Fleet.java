package org.sobre.slurm.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.SlurmNode;

/**
 * All nodes, in the order of their names.
 *
 * @param nodes each name once
 */
public record Fleet(List<SlurmNode> nodes) {

  /**
   * Of the least memory: machines of one kind differ by what their firmware keeps, and one line for
   * each would be no list of a fleet. Slurm refuses a node that has less than its line says, so the
   * line says the least.
   */
  private static final double ALIKE = 1.01;

  /** What stands for the name where only the rest of a line counts. */
  private static final String ANY = "any";

  public Fleet {
    nodes = nodes.stream().sorted(Comparator.comparing(SlurmNode::node, HostRange.ORDER)).toList();
    Set<String> names = new HashSet<>();
    for (SlurmNode node : nodes) {
      if (!names.add(node.node())) {
        throw new IllegalArgumentException("node " + node.node() + " stands twice");
      }
    }
  }

  /**
   * Nodes that Slurm is told the same of.
   *
   * @param names in order
   * @param like any of them, with the least memory that one of them has
   */
  public record Group(List<String> names, SlurmNode like) {
    public Group {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("a group has a node");
      }
    }

    /** {@code gpu[01-12]}. */
    public String range() {
      return HostRange.compress(names);
    }

    /** The same under the range's name, as the renderers of one node take it. */
    SlurmNode named() {
      return Fleet.renamed(like, range());
    }
  }

  /** In the order of their first names. */
  public List<Group> groups() {
    Map<String, List<SlurmNode>> alike = new LinkedHashMap<>();
    for (SlurmNode node : nodes) {
      alike.computeIfAbsent(told(node), told -> new ArrayList<>()).add(node);
    }
    List<Group> groups = new ArrayList<>();
    alike.values().forEach(kind -> groups.addAll(byMemory(kind)));
    groups.sort(Comparator.comparing(group -> group.names().get(0), HostRange.ORDER));
    return groups;
  }

  /** Everything but name and memory, as Slurm reads it. */
  private static String told(SlurmNode node) {
    SlurmNode bare =
        new SlurmNode(ANY, node.cpu(), MemorySize.ofMebibytes(1), node.gres(), node.features());
    return GresRenderer.nodeLine(bare) + GresRenderer.gresConf(bare);
  }

  private static List<Group> byMemory(List<SlurmNode> kind) {
    List<SlurmNode> rising = kind.stream().sorted(Comparator.comparing(SlurmNode::memory)).toList();
    List<Group> groups = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= rising.size(); i++) {
      if (i == rising.size() || !isAlike(rising.get(from), rising.get(i))) {
        List<String> names =
            rising.subList(from, i).stream().map(SlurmNode::node).sorted(HostRange.ORDER).toList();
        groups.add(new Group(names, rising.get(from)));
        from = i;
      }
    }
    return groups;
  }

  private static boolean isAlike(SlurmNode least, SlurmNode node) {
    return node.memory().mebibytes() <= least.memory().mebibytes() * ALIKE;
  }

  private static SlurmNode renamed(SlurmNode node, String name) {
    return new SlurmNode(name, node.cpu(), node.memory(), node.gres(), node.features());
  }
}
