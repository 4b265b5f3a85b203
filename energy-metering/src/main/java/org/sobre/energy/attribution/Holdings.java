package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Who holds what on a node. The order in which the holdings are given makes no difference.
 *
 * @param nodeCpus logical processors of the node; absent until the node has published itself, and
 *     then no job is given a share of a CPU package
 */
public record Holdings(List<Holding> all, OptionalInt nodeCpus) {

  public Holdings {
    requireNonNull(nodeCpus, "nodeCpus");
    if (nodeCpus.isPresent() && nodeCpus.getAsInt() < 1) {
      throw new IllegalArgumentException("expected at least one CPU, found " + nodeCpus);
    }
    all =
        all.stream()
            .sorted(Comparator.comparing(Holding::job).thenComparing(Holding::fromNanos))
            .toList();
  }

  /** The instants within a stretch of time at which somebody begins or ends, with its two ends. */
  List<Long> cuts(long from, long to) {
    TreeSet<Long> cuts = new TreeSet<>(List.of(from, to));
    for (Holding holding : all) {
      addWithin(cuts, holding.fromNanos(), from, to);
      holding.toNanos().ifPresent(end -> addWithin(cuts, end, from, to));
    }
    return List.copyOf(cuts);
  }

  private static void addWithin(TreeSet<Long> cuts, long instant, long from, long to) {
    if (instant > from && instant < to) {
      cuts.add(instant);
    }
  }
}
