package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sobre.hardware.gpu.UnknownPlace;

/**
 * The cards of one machine of which several outputs tell, each with what all of them know of it.
 * Cards are known by their UUID, by their address, or, where one output has neither, by the order
 * in which all outputs print them: that of NVML's index. What contradicts the first output that
 * names its cards is of other cards, and is left out. Pure.
 */
final class JoinedCards {

  private final List<NvidiaSmiGpu> cards;

  private JoinedCards(List<NvidiaSmiGpu> cards) {
    this.cards = new ArrayList<>(cards);
  }

  /**
   * @param logs what describes counts in this order, unless it was asked for a detail only ({@code
   *     -q -d ECC}) and names no card
   * @param list of {@code -L}, whose cards they are if no log has any
   * @return those without a place have an {@link UnknownPlace}
   */
  static List<NvidiaSmiGpu> of(List<NvidiaSmiLog> logs, NvidiaSmiList list) {
    List<List<NvidiaSmiGpu>> told =
        logs.stream()
            .map(JoinedCards::all)
            .filter(cards -> !cards.isEmpty())
            .sorted(Comparator.comparing(cards -> cards.stream().noneMatch(JoinedCards::isNamed)))
            .toList();
    if (told.isEmpty()) {
      return listed(list);
    }
    JoinedCards joined = new JoinedCards(told.get(0));
    told.subList(1, told.size()).forEach(joined::complete);
    joined.identify(listed(list));
    return List.copyOf(joined.cards);
  }

  private static List<NvidiaSmiGpu> all(NvidiaSmiLog log) {
    List<NvidiaSmiGpu> all = new ArrayList<>(log.gpus());
    all.addAll(log.unplaced());
    return all;
  }

  private static boolean isNamed(NvidiaSmiGpu card) {
    return card.model().isPresent();
  }

  private static List<NvidiaSmiGpu> listed(NvidiaSmiList list) {
    return IntStream.range(0, Math.min(list.gpus().size(), NvidiaSmiLogBuilder.MOST_CARDS))
        .mapToObj(i -> list.gpus().get(i).at(UnknownPlace.of(i)))
        .toList();
  }

  /** With another output, whose further cards are of this machine if one of its cards is. */
  private void complete(List<NvidiaSmiGpu> others) {
    boolean byOrder = isSameOrder(others);
    boolean known = others.stream().anyMatch(other -> cards.stream().anyMatch(other::hasUuidOf));
    for (int i = 0; i < others.size(); i++) {
      NvidiaSmiGpu other = others.get(i);
      Optional<Integer> inOrder = byOrder ? Optional.of(i) : Optional.empty();
      Optional<Integer> same = place(other).or(() -> inOrder);
      if (same.isPresent()) {
        completeOne(same.get(), other);
      } else if (known) {
        cards.add(elsewhere(other));
      }
    }
  }

  /** {@code -L} has a UUID for each card, in the order of the others. */
  private void identify(List<NvidiaSmiGpu> listed) {
    if (isSameOrder(listed)) {
      IntStream.range(0, listed.size()).forEach(i -> completeOne(i, listed.get(i)));
    }
  }

  private void completeOne(int place, NvidiaSmiGpu other) {
    if (cards.get(place).mayBe(other)) {
      cards.set(place, cards.get(place).completedBy(other));
    }
  }

  /** Whether they may be these cards, one by one, and do not all tell themselves which they are. */
  private boolean isSameOrder(List<NvidiaSmiGpu> others) {
    return others.size() == cards.size()
        && IntStream.range(0, others.size()).allMatch(i -> cards.get(i).mayBe(others.get(i)));
  }

  private Optional<Integer> place(NvidiaSmiGpu other) {
    return IntStream.range(0, cards.size())
        .filter(i -> cards.get(i).hasUuidOf(other) || cards.get(i).isAt(other.pciAddress()))
        .boxed()
        .findFirst();
  }

  /** One without a place is not at that of another output's first card. */
  private NvidiaSmiGpu elsewhere(NvidiaSmiGpu other) {
    return UnknownPlace.isOne(other.pciAddress()) ? other.at(UnknownPlace.of(cards.size())) : other;
  }
}
