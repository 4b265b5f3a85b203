package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.PciAddress;

/**
 * Gives cards of which neither a tool nor the bus tells the address an {@link UnknownPlace} each.
 */
final class UnplacedCards {

  private UnplacedCards() {}

  /**
   * The same cards, each with an address. Parts of one card, which is known by its unique id or by
   * the parts' numbers following each other, have the same.
   */
  static List<AmdToolCard> placed(List<AmdToolCard> cards) {
    Map<String, PciAddress> byUniqueId = new HashMap<>();
    List<AmdToolCard> placed = new ArrayList<>();
    int places = 0;
    int lastPart = Integer.MAX_VALUE;
    for (AmdToolCard card : cards) {
      if (card.address().isPresent()) {
        placed.add(card);
        continue;
      }
      int part = card.partitioned() ? card.partition().number().orElse(0) : 0;
      boolean nextPart = places > 0 && part == lastPart + 1;
      Optional<PciAddress> known = card.uniqueId().map(byUniqueId::get);
      PciAddress address = known.orElse(UnknownPlace.of(nextPart ? places - 1 : places));
      places += known.isPresent() || nextPart ? 0 : 1;
      lastPart = part;
      card.uniqueId().ifPresent(id -> byUniqueId.put(id, address));
      placed.add(AmdToolCard.at(card.number(), Optional.of(address)).completedBy(card));
    }
    return placed;
  }
}
