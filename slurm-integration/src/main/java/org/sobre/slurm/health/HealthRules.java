package org.sobre.slurm.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** From looks and the kernel's words to what is wrong with a node. Not thread-safe. */
public final class HealthRules {

  /** A look that came late counts as this many intervals of heat at most. */
  private static final int INTERVALS_IN_A_STEP = 2;

  private final HealthConfig config;
  private final XidEvents xids = new XidEvents();
  private Map<HealthCard, CardState> states = new LinkedHashMap<>();
  private boolean cardsKnown;

  public HealthRules(HealthConfig config) {
    this.config = config;
  }

  /** The cards that count from now on; what is known of those that stay is kept. */
  public void cards(List<HealthCard> cards) {
    Map<HealthCard, CardState> kept = new LinkedHashMap<>();
    Duration longestStep = config.interval().multipliedBy(INTERVALS_IN_A_STEP);
    for (HealthCard card : cards) {
      kept.put(card, states.getOrDefault(card, new CardState(card, config.heat(), longestStep)));
    }
    states = kept;
    cardsKnown = true;
  }

  public List<HealthCard> cards() {
    return List.copyOf(states.keySet());
  }

  /** Those that a fault is believed of, for as long as no look has found them well. */
  public Set<HealthCard> ill() {
    return states.values().stream()
        .filter(CardState::isIll)
        .map(CardState::card)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * @param nanos since boot
   */
  public void look(Collection<CardLook> looks, long nanos) {
    for (CardLook look : looks) {
      CardState state = states.get(look.card());
      if (state != null) {
        state.look(look, nanos);
      }
    }
  }

  public void kernelSaid(KernelRecord record) {
    xids.read(record);
  }

  /**
   * What the state file says now.
   *
   * @param uptime of the node
   */
  public HealthState state(Duration uptime, HealthState.KernelLog kernelLog) {
    Verdict verdict = verdict();
    return new HealthState(
        uptime,
        config.policy(),
        verdict.word(),
        verdict.causes().stream().map(Cause::token).toList(),
        verdict.reason(),
        states.values().stream().map(state -> card(state, verdict)).toList(),
        kernelLog,
        verdict.unknown());
  }

  private static HealthState.Card card(CardState state, Verdict verdict) {
    HealthCard card = state.card();
    List<Cause> causes =
        verdict.causes().stream().filter(cause -> cause.card().equals(card)).toList();
    String words =
        causes.isEmpty()
            ? state.quietWord()
            : String.join(",", causes.stream().map(Cause::word).toList());
    String detail =
        causes.stream().map(Cause::detail).filter(text -> !text.isEmpty()).findFirst().orElse("");
    return new HealthState.Card(card.index(), card.address(), card.device(), words, detail);
  }

  /** What is wrong now, and what cannot be told yet. */
  public Verdict verdict() {
    List<Cause> causes = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (CardState state : states.values()) {
      causes.addAll(state.causes());
      causes.addAll(xids.of(state.card()));
      if (!state.known()) {
        unknown.add("GPU " + state.card().index() + ": " + state.unknownBecause());
      }
    }
    causes.sort(Cause.ORDER);
    if (!cardsKnown) {
      unknown.add("the node has not published its GPUs");
    }
    return new Verdict(causes, unknown);
  }
}
