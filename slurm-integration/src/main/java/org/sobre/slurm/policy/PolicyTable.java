package org.sobre.slurm.policy;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sobre.hardware.gpu.GpuVendor;

/**
 * What {@code job_submit.lua} judges jobs by: which cards the site has, which nodes they are in,
 * what the profiles need. The same site gives the same table.
 *
 * @param cards by Slurm's type name
 * @param nodes each kind once, those without a GPU left out
 * @param profiles by name
 */
public record PolicyTable(
    SortedMap<String, Card> cards,
    List<NodeKind> nodes,
    SortedMap<String, ProfileNeed> profiles,
    PolicyOptions options) {

  /**
   * The GPUs of one type.
   *
   * @param vendor absent if cards of several share the name
   * @param memory absent if one of them does not tell its own
   * @param capability a rung of the ladder, as {@code 8.6}, that every one reaches; absent where it
   *     is not known of each, and of cards that are not NVIDIA's
   * @param shares absent where none is shared
   * @param count how many there are
   */
  public record Card(
      Optional<GpuVendor> vendor,
      Optional<Memory> memory,
      Optional<String> capability,
      Optional<Shares> shares,
      int count) {
    public Card {
      requireNonNull(vendor, "vendor");
      requireNonNull(memory, "memory");
      requireNonNull(capability, "capability");
      requireNonNull(shares, "shares");
      if (count < 1) {
        throw new IllegalArgumentException("expected 1 card or more, found " + count);
      }
    }
  }

  /**
   * From the smallest to the largest card of a type.
   *
   * @param least a rung of the ladder in GB, 0 below the first, that every one reaches
   * @param most the same that one reaches
   * @param leastMegabytes of 10<sup>6</sup> bytes, that every one has
   * @param mostMegabytes that one has
   */
  public record Memory(int least, int most, long leastMegabytes, long mostMegabytes) {
    public Memory {
      if (least < 0 || most < least || leastMegabytes < 0 || mostMegabytes < leastMegabytes) {
        throw new IllegalArgumentException(
            "expected 0 <= least <= most, found "
                + (least + " and " + most + " GB, " + leastMegabytes + " and " + mostMegabytes)
                + " MB");
      }
    }
  }

  /**
   * How a card is shared.
   *
   * @param most shards on one card
   * @param mebibytes of video memory for each; absent where the card's memory is not known
   */
  public record Shares(int most, OptionalLong mebibytes) {
    public Shares {
      requireNonNull(mebibytes, "mebibytes");
      if (most < 1) {
        throw new IllegalArgumentException("expected 1 share or more, found " + most);
      }
    }
  }

  /**
   * Nodes that a constraint cannot tell apart.
   *
   * @param all rung of memory in GB that each of its GPUs reaches, 0 below the first
   * @param one the same for the largest
   * @param capability rung that each of its GPUs reaches; absent unless all are NVIDIA's
   */
  public record NodeKind(
      int all, int one, Set<GpuVendor> vendors, Optional<String> capability, Set<String> types) {
    public NodeKind {
      vendors = Collections.unmodifiableSet(new TreeSet<>(vendors));
      requireNonNull(capability, "capability");
      types = Collections.unmodifiableSet(new TreeSet<>(types));
    }
  }

  /**
   * The cards that a profile runs on.
   *
   * @param gigabytes the rung of the ladder from which every card will do
   * @param leastMegabytes of 10<sup>6</sup> bytes, that a card has with which it will do whatever
   *     its rung is
   * @param capability a rung that a card of NVIDIA's must reach; absent where any will do
   */
  public record CardNeed(int gigabytes, long leastMegabytes, Optional<String> capability) {
    public CardNeed {
      requireNonNull(capability, "capability");
      if (gigabytes < 1 || leastMegabytes < 1) {
        throw new IllegalArgumentException(
            "expected sizes from 1, found " + gigabytes + " GB and " + leastMegabytes + " MB");
      }
    }
  }

  /**
   * What a profile asks of a card.
   *
   * @param onGpu whether it runs on a GPU at all; if not, the rest is empty
   * @param whole absent where no card of the ladder would do
   * @param reduced the same with variants that lose something
   * @param vendors any of them; empty where any at all will do
   */
  public record ProfileNeed(
      boolean onGpu, Optional<CardNeed> whole, Optional<CardNeed> reduced, Set<GpuVendor> vendors) {
    public ProfileNeed {
      requireNonNull(whole, "whole");
      requireNonNull(reduced, "reduced");
      vendors = Collections.unmodifiableSet(new TreeSet<>(vendors));
    }

    public static ProfileNeed ofProcessors() {
      return new ProfileNeed(false, Optional.empty(), Optional.empty(), Set.of());
    }

    public static ProfileNeed ofGpus(
        Set<GpuVendor> vendors, Optional<CardNeed> whole, Optional<CardNeed> reduced) {
      return new ProfileNeed(true, whole, reduced, vendors);
    }
  }

  public PolicyTable {
    cards = Collections.unmodifiableSortedMap(new TreeMap<>(cards));
    nodes = List.copyOf(nodes);
    profiles = Collections.unmodifiableSortedMap(new TreeMap<>(profiles));
    requireNonNull(options, "options");
  }

  /** As the constructor, of maps in any order. */
  public static PolicyTable of(
      Map<String, Card> cards,
      List<NodeKind> nodes,
      Map<String, ProfileNeed> profiles,
      PolicyOptions options) {
    return new PolicyTable(new TreeMap<>(cards), nodes, new TreeMap<>(profiles), options);
  }

  /** The most shards that any one card has; 0 where none is shared. */
  public int mostShards() {
    return cards.values().stream()
        .flatMap(card -> card.shares().stream())
        .mapToInt(Shares::most)
        .max()
        .orElse(0);
  }
}
