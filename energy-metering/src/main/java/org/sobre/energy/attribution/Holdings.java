package org.sobre.energy.attribution;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;

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

  /** The instants within a stretch of time at which something changes, with its two ends. */
  List<Long> cuts(long from, long to) {
    return cuts(all, from, to);
  }

  static List<Long> cuts(List<Holding> holdings, long from, long to) {
    TreeSet<Long> cuts = new TreeSet<>(List.of(from, to));
    holdings.forEach(holding -> add(cuts, holding.fromNanos(), holding.toNanos(), from, to));
    return List.copyOf(cuts);
  }

  /** As {@link #cuts(long, long)}, also where processes come to this GPU or go. */
  List<Long> cuts(String device, long from, long to) {
    TreeSet<Long> cuts = new TreeSet<>(cuts(from, to));
    presences.stream()
        .filter(presence -> presence.device().equals(device))
        .forEach(presence -> add(cuts, presence.fromNanos(), presence.toNanos(), from, to));
    return List.copyOf(cuts);
  }

  private static void add(TreeSet<Long> cuts, long begin, OptionalLong end, long from, long to) {
    addWithin(cuts, begin, from, to);
    end.ifPresent(instant -> addWithin(cuts, instant, from, to));
  }

  private static void addWithin(TreeSet<Long> cuts, long instant, long from, long to) {
    if (instant > from && instant < to) {
      cuts.add(instant);
    }
  }
}
