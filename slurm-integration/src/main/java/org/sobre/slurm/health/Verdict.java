package org.sobre.slurm.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is wrong with a node.
 *
 * @param causes by urgency
 * @param unknown what could not be told yet, for a person; a node is good only where this is empty
 */
public record Verdict(List<Cause> causes, List<String> unknown) {

  /** Slurm's reason is told beside a node's name on one line. */
  public static final int MOST_REASON_BYTES = 180;

  /** Good: nothing is wrong. Bad: something is. Unknown: nothing is known to be wrong, yet. */
  public enum Word {
    GOOD,
    BAD,
    UNKNOWN;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Verdict {
    causes = List.copyOf(causes);
    unknown = List.copyOf(unknown);
  }

  public Word word() {
    if (!causes.isEmpty()) {
      return Word.BAD;
    }
    return unknown.isEmpty() ? Word.GOOD : Word.UNKNOWN;
  }

  /**
   * For people, at most {@link #MOST_REASON_BYTES} of letters, digits, blanks and {@code .,:;()-}:
   * {@code GPU 1 (0000:41:00.0): lost; GPU 0 (0000:24:00.0): Xid 79}.
   */
  public String reason() {
    Map<String, List<HealthCard>> cards = new TreeMap<>();
    List<String> order = new ArrayList<>();
    for (Cause cause : causes) {
      String words = words(cause);
      if (!order.contains(words)) {
        order.add(words);
      }
      cards.computeIfAbsent(words, w -> new ArrayList<>()).add(cause.card());
    }
    return shortened(order.stream().map(w -> who(cards.getOrDefault(w, List.of())) + w).toList());
  }

  private static String words(Cause cause) {
    return cause.kind() == CauseKind.XID ? ": Xid " + cause.code() : ": " + cause.kind().words();
  }

  private static String who(List<HealthCard> cards) {
    if (cards.size() == 1) {
      return "GPU " + cards.get(0).index() + " (" + cards.get(0).address() + ")";
    }
    return "GPUs "
        + cards.stream()
            .map(card -> Integer.toString(card.index()))
            .collect(Collectors.joining(","));
  }

  private static String shortened(List<String> parts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      String next = (i == 0 ? "" : "; ") + parts.get(i);
      String rest = "; and " + (parts.size() - i) + " more";
      if (text.length() + next.length() + rest.length() > MOST_REASON_BYTES) {
        return i == 0 ? next.substring(0, MOST_REASON_BYTES) : text + rest;
      }
      text.append(next);
    }
    return text.toString();
  }
}
