package org.sobre.slurm.cards;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.slurm.command.ListedNode;
import org.sobre.slurm.node.NodeDocument;

/**
 * The classes of cards that Slurm has. Of a type on a node is believed, in this order: what the
 * node has published; its features, if all its cards are of that type; the same of other nodes with
 * that type; the GPU catalogue; and what the features say of every card of the node.
 */
public final class ClusterCards {

  private static final Comparator<CardClass> BY_MEMORY =
      Comparator.<CardClass>comparingLong(of -> of.memory().order())
          .thenComparing(CardClass::type)
          .thenComparing(of -> of.partition().orElse(""));

  private final Function<String, Optional<NodeDocument>> published;
  private final GpuCatalog catalog;

  /**
   * @param published what a node says of itself, by its name; asked for one node of each kind
   */
  public ClusterCards(Function<String, Optional<NodeDocument>> published, GpuCatalog catalog) {
    this.published = requireNonNull(published, "published");
    this.catalog = requireNonNull(catalog, "catalog");
  }

  /** The cards of one type on one node. */
  private record Lot(ListedNode node, String type, ListedNode.Gpus gpus, CardFacts facts) {}

  /** What makes two lots one class. */
  private record Kind(CardFacts facts, String type, int shards, Optional<String> partition) {}

  /** Smallest memory first. */
  public List<CardClass> of(List<ListedNode> nodes) {
    Map<String, CardFacts> learned = learned(nodes);
    Map<List<Set<String>>, Optional<NodeDocument>> documents = new HashMap<>();
    Map<Kind, List<Lot>> lots = new LinkedHashMap<>();
    for (ListedNode node : nodes) {
      node.gpus()
          .forEach(
              (type, gpus) -> {
                Lot lot = new Lot(node, type, gpus, facts(node, type, learned, documents));
                lots.computeIfAbsent(kind(lot), any -> new ArrayList<>()).add(lot);
              });
    }
    return lots.entrySet().stream()
        .map(entry -> cardClass(entry.getKey(), entry.getValue()))
        .sorted(BY_MEMORY)
        .toList();
  }

  /** Of types that are alone on some node. */
  private static Map<String, CardFacts> learned(List<ListedNode> nodes) {
    Map<String, CardFacts> learned = new HashMap<>();
    for (ListedNode node : nodes) {
      if (node.gpus().size() == 1) {
        String type = node.gpus().keySet().iterator().next();
        CardFacts facts = CardFacts.featured(node.features(), true);
        // a name may stand for cards of two sizes: what is elsewhere is the smaller one at least
        learned.merge(type, facts, ClusterCards::lesser);
      }
    }
    return learned;
  }

  private static CardFacts lesser(CardFacts one, CardFacts other) {
    return one.memory().order() <= other.memory().order() ? one.or(other) : other.or(one);
  }

  private CardFacts facts(
      ListedNode node,
      String type,
      Map<String, CardFacts> learned,
      Map<List<Set<String>>, Optional<NodeDocument>> documents) {
    Optional<NodeDocument> document =
        documents.computeIfAbsent(
            List.of(node.gpus().keySet(), node.features()), any -> published.apply(node.name()));
    boolean alike = node.gpus().size() == 1;
    boolean typed = !type.equals(ListedNode.UNTYPED);
    return document
        .map(told -> CardFacts.published(told, type))
        .orElse(CardFacts.NONE)
        .or(CardFacts.featured(node.features(), alike))
        .or(typed ? learned.getOrDefault(type, CardFacts.NONE) : CardFacts.NONE)
        .or(typed ? CardFacts.catalogued(catalog, type) : CardFacts.NONE)
        .or(CardFacts.leastOf(node.features()));
  }

  private static Kind kind(Lot lot) {
    ListedNode node = lot.node();
    return new Kind(
        lot.facts(),
        lot.type(),
        lot.gpus().shards() / lot.gpus().total(),
        node.inDefaultPartition() ? Optional.empty() : node.partitions().stream().findFirst());
  }

  private static CardClass cardClass(Kind kind, List<Lot> lots) {
    return new CardClass(
        kind.type(),
        kind.facts().memory(),
        kind.facts().vendor(),
        kind.facts().computeCapability(),
        lots.stream().mapToInt(lot -> lot.gpus().total()).sum(),
        lots.stream().mapToInt(ClusterCards::free).sum(),
        lots.stream().mapToInt(lot -> lot.gpus().total()).max().orElse(1),
        kind.shards(),
        kind.facts().memory().rung().flatMap(rung -> feature(rung, lots)),
        kind.partition());
  }

  private static int free(Lot lot) {
    return lot.node().acceptsJobs() ? lot.gpus().total() - lot.gpus().held() : 0;
  }

  /** What all their nodes have: of every card if it is so everywhere, else of one. */
  private static Optional<String> feature(int rung, List<Lot> lots) {
    Set<String> common = new HashSet<>(lots.get(0).node().features());
    lots.forEach(lot -> common.retainAll(lot.node().features()));
    return List.of("vram_ge_" + rung + "g", "vram_has_" + rung + "g").stream()
        .filter(common::contains)
        .findFirst();
  }
}
