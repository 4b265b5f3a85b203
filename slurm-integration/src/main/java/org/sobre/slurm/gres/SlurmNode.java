package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;

/**
 * A node in Slurm's terms, before it is any text.
 *
 * @param features in the order they are written
 */
public record SlurmNode(
    String node, CpuTopology cpu, MemorySize memory, NodeGres gres, List<String> features) {

  public SlurmNode {
    requireNonNull(node, "node");
    requireNonNull(cpu, "cpu");
    requireNonNull(memory, "memory");
    requireNonNull(gres, "gres");
    features = List.copyOf(features);
  }

  public static SlurmNode of(NodeDescription node, Offer offer) {
    return new SlurmNode(
        node.node(),
        node.cpu(),
        node.memory(),
        NodeGres.of(offer, node.cpu()),
        FeatureLadder.of(offer.devices()));
  }

  /** The same machine as one that has nothing to offer. */
  public SlurmNode withoutGpus() {
    return new SlurmNode(node, cpu, memory, new NodeGres(List.of(), Optional.empty()), List.of());
  }
}
