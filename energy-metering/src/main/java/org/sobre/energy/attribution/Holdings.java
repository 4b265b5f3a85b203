package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Who holds what on a node, and whose processes are where. The order in which they are given makes
 * no difference.
 *
 * @param nodeCpus logical processors of the node; absent until the node has published itself, and
 *     then no job is given a share of a CPU package
 * @param presences on GPUs
 */
public record Holdings(List<Holding> all, OptionalInt nodeCpus, List<Presence> presences) {

  public Holdings {
    requireNonNull(nodeCpus, "nodeCpus");
    if (nodeCpus.isPresent() && nodeCpus.getAsInt() < 1) {
      throw new IllegalArgumentException("expected at least one CPU, found " + nodeCpus);
    }
    all =
        all.stream()
            .sorted(Comparator.comparing(Holding::job).thenComparing(Holding::fromNanos))
            .toList();
    presences = List.copyOf(presences);
  }

  /** Without any process seen on a GPU. */
  public Holdings(List<Holding> all, OptionalInt nodeCpus) {
    this(all, nodeCpus, List.of());
  }
}
