package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The devices of a recording that does not tell where they sit. They cannot be listed as cards,
 * which are known by their place; what is told of them is said.
 */
final class UnplacedCards {

  private UnplacedCards() {}

  /**
   * A sentence a card. Parts of one card, which are known by its unique id or by their numbers
   * following each other, are one.
   */
  static List<String> described(List<AmdToolCard> cards) {
    List<String> sentences = new ArrayList<>();
    List<AmdToolCard> parts = new ArrayList<>();
    Set<String> described = new HashSet<>();
    for (AmdToolCard card : cards.stream().filter(c -> c.address().isEmpty()).toList()) {
      if (card.uniqueId().filter(described::contains).isPresent()) {
        continue;
      }
      card.uniqueId().ifPresent(described::add);
      if (!parts.isEmpty() && !follows(parts.get(parts.size() - 1), card)) {
        sentences.add(sentence(parts));
        parts.clear();
      }
      parts.add(card);
    }
    if (!parts.isEmpty()) {
      sentences.add(sentence(parts));
    }
    return sentences;
  }

  private static boolean follows(AmdToolCard before, AmdToolCard card) {
    return before.partitioned()
        && card.partitioned()
        && card.partition().number().orElse(0) == before.partition().number().orElse(0) + 1;
  }

  private static String sentence(List<AmdToolCard> parts) {
    AmdToolCard card = parts.get(0);
    StringJoiner facts = new StringJoiner(", ");
    facts.add(ToldCards.model(card));
    card.uniqueId().ifPresent(id -> facts.add("unique id " + id));
    card.memoryTotal().ifPresent(memory -> facts.add(memory.mebibytes() + " MiB"));
    Optional<String> mode = card.partition().compute().filter(told -> card.partitioned());
    mode.ifPresent(
        told -> facts.add(told.toUpperCase(Locale.ROOT) + " with " + parts.size() + " parts told"));
    card.fault().ifPresent(fault -> facts.add(fault.state().jsonName() + ": " + fault.text()));
    String name =
        card.number().isPresent() ? "GPU " + card.number().getAsLong() : "a GPU without number";
    return name + " (" + facts + "): its PCI address is not told, so it is not listed";
  }
}
