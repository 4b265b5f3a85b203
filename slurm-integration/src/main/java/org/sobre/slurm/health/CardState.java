package org.sobre.slurm.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is believed of one card, look after look. A single odd look is no verdict: a fault counts
 * when two looks in a row found it, and is over when three in a row did not; with each relapse of
 * the card it takes twice as many, up to 48.
 */
final class CardState {

  private static final int LOOKS_TO_BELIEVE = 2;
  private static final int LOOKS_TO_FORGIVE = 3;
  private static final int MOST_DOUBLINGS = 4;

  private final HealthCard card;
  private final HeatBudget heat;
  private boolean known;
  private Optional<CardLook> fault = Optional.empty();
  private Optional<CardLook> last = Optional.empty();
  private int inARow;
  private int relapses;

  CardState(HealthCard card, Duration heat, Duration longestStep) {
    this.card = card;
    this.heat = new HeatBudget(heat, longestStep);
  }

  HealthCard card() {
    return card;
  }

  void look(CardLook look, long nanos) {
    if (look.asked() == CardLook.Asked.YES) {
      boolean same = last.flatMap(CardLook::fault).equals(look.fault()) && asked(last);
      inARow = same ? inARow + 1 : 1;
      believe(look);
    }
    if (look.asked() != CardLook.Asked.NO && look.fault().isEmpty()) {
      // one that sleeps cools down
      heat.look(look.hot(), nanos);
    }
    last = Optional.of(look);
  }

  private static boolean asked(Optional<CardLook> look) {
    return look.filter(l -> l.asked() == CardLook.Asked.YES).isPresent();
  }

  private void believe(CardLook look) {
    if (look.fault().isPresent()) {
      if (inARow >= LOOKS_TO_BELIEVE) {
        relapses += fault.isEmpty() ? 1 : 0;
        fault = Optional.of(look);
        known = true;
      }
    } else if (inARow >= looksToForgive()) {
      fault = Optional.empty();
      known = true;
    }
  }

  private int looksToForgive() {
    return fault.isEmpty()
        ? LOOKS_TO_BELIEVE
        : LOOKS_TO_FORGIVE << Math.min(MOST_DOUBLINGS, relapses - 1);
  }

  boolean isIll() {
    return fault.isPresent();
  }

  /**
   * Whether enough was seen to say that the card is well or not; a card asleep is left in peace.
   */
  boolean known() {
    return known || last.filter(l -> l.asked() == CardLook.Asked.ASLEEP).isPresent();
  }

  List<Cause> causes() {
    List<Cause> causes = new ArrayList<>();
    fault.ifPresent(
        look -> causes.add(new Cause(look.fault().orElseThrow(), card, "", look.detail())));
    OptionalLong minutes = heat.overMinutes();
    minutes.ifPresent(
        m -> causes.add(new Cause(CauseKind.HEAT, card, "", "slowed by heat for " + m + " min")));
    return causes;
  }

  /** Why it is not known, for a person. */
  String unknownBecause() {
    return last.filter(look -> look.asked() == CardLook.Asked.NO)
        .map(CardLook::detail)
        .orElse("not looked at often enough yet");
  }

  /** Of a card without a cause. */
  String quietWord() {
    if (last.filter(look -> look.asked() == CardLook.Asked.ASLEEP).isPresent()) {
      return "asleep";
    }
    return known ? "ok" : "unknown";
  }
}
