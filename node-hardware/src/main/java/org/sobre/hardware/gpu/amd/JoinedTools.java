package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * The devices of one machine of which two tools tell, each tool by numbers of its own. Several
 * devices of one tool at one place are parts of a card, in the same order as the other tool's.
 */
final class JoinedTools {

  private final List<AmdToolCard> joined;

  /** Those of the first tool of which the other has said nothing yet. */
  private final List<Integer> free = new ArrayList<>();

  private JoinedTools(List<AmdToolCard> told) {
    joined = new ArrayList<>(told);
    for (int i = 0; i < told.size(); i++) {
      free.add(i);
    }
  }

  /**
   * @param answers one a tool; those that tell places come first
   * @param complaints gets what could not be used, for a person
   */
  static List<AmdToolCard> of(List<List<AmdToolCard>> answers, Consumer<String> complaints) {
    List<AmdToolCard> told = List.of();
    List<List<AmdToolCard>> placedFirst =
        answers.stream().sorted(Comparator.comparing(cards -> -placed(cards))).toList();
    for (List<AmdToolCard> cards : placedFirst) {
      JoinedTools tools = new JoinedTools(told);
      tools.join(cards, complaints);
      told = tools.joined;
    }
    return told;
  }

  private static long placed(List<AmdToolCard> cards) {
    return cards.stream().filter(card -> card.address().isPresent()).count();
  }

  private void join(List<AmdToolCard> others, Consumer<String> complaints) {
    List<AmdToolCard> rest = without(others, (card, o) -> same(card.address(), o.address()));
    rest = without(rest, (card, o) -> same(card.uniqueId(), o.uniqueId()));
    if (rest.size() == 1 && free.size() == 1) {
      rest = without(rest, JoinedTools::mayBeOne);
    }
    boolean nowhere = !rest.isEmpty() && placed(rest) == 0;
    if (nowhere && rest.size() <= free.size()) {
      // so many cards are listed already, and nobody knows which of them these are
      complaints.accept(
          "two tools tell of "
              + rest.size()
              + " cards, one of them without their places: what it says of them is left out");
      return;
    }
    joined.addAll(rest);
  }

  /** Those that are none of the cards here; the others complete these. */
  private List<AmdToolCard> without(
      List<AmdToolCard> others, BiPredicate<AmdToolCard, AmdToolCard> same) {
    List<AmdToolCard> rest = new ArrayList<>();
    for (AmdToolCard other : others) {
      Optional<Integer> place =
          free.stream().filter(i -> same.test(joined.get(i), other)).findFirst();
      place.ifPresentOrElse(
          i -> {
            joined.set(i, joined.get(i).completedBy(other));
            free.remove(i);
          },
          () -> rest.add(other));
    }
    return rest;
  }

  private static <T> boolean same(Optional<T> one, Optional<T> other) {
    return one.isPresent() && one.equals(other);
  }

  /** The only card of each, unless they tell themselves that they are two. */
  private static boolean mayBeOne(AmdToolCard one, AmdToolCard other) {
    return agree(one.address(), other.address())
        && agree(one.uniqueId(), other.uniqueId())
        && agree(one.deviceId(), other.deviceId());
  }

  private static <T> boolean agree(Optional<T> one, Optional<T> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }
}
