package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What could be read of a tool's answer. An answer that is cut off gives the devices before the cut
 * and the problem.
 *
 * @param cards in the order printed, which is not that of the bus
 * @param problem what could not be read, for a person; an answer without a device has one
 */
record AmdListing(List<AmdToolCard> cards, Optional<String> problem) {

  /** Sixteen cards in eight parts each are 128. */
  private static final int MAX_DEVICES = 512;

  /**
   * @param none said where there is neither a card nor another problem
   */
  static AmdListing of(List<AmdToolCard> cards, Optional<String> problem, String none) {
    if (cards.size() > MAX_DEVICES) {
      return new AmdListing(
          cards.subList(0, MAX_DEVICES),
          Optional.of("expected at most " + MAX_DEVICES + " devices, found " + cards.size()));
    }
    return new AmdListing(
        cards, cards.isEmpty() && problem.isEmpty() ? Optional.of(none) : problem);
  }

  /** The same, with this problem where it has none. */
  AmdListing remarked(Optional<String> other) {
    return new AmdListing(cards, problem.or(() -> other));
  }

  /** This, completed by another answer of the same tool, whose numbers mean the same devices. */
  AmdListing and(AmdListing other) {
    Map<Object, AmdToolCard> joined = new LinkedHashMap<>();
    Stream.concat(cards.stream(), other.cards().stream())
        .forEach(
            card ->
                joined.merge(
                    card.number().isPresent() ? card.number().getAsLong() : new Object(),
                    card,
                    AmdToolCard::completedBy));
    Optional<String> first = problem.or(other::problem);
    return of(
        List.copyOf(joined.values()),
        cards.isEmpty() ? other.problem() : other.cards().isEmpty() ? problem : first,
        first.orElse(""));
  }

  AmdListing {
    cards = List.copyOf(cards);
    requireNonNull(problem, "problem");
    if (cards.isEmpty() && problem.isEmpty()) {
      throw new IllegalArgumentException("a listing without cards must say why");
    }
  }
}
