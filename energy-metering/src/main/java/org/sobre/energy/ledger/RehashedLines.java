package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What taking persons out made of the hashes of lines: which a line had, and which it has now. A
 * line may lose its persons, and later lines that chain to it their hashes, more than once. Pure.
 */
final class RehashedLines {

  private final Map<String, String> beforeOf = new HashMap<>();
  private final Map<String, String> afterOf = new HashMap<>();
  private final Set<String> withoutPersons = new HashSet<>();
  private final Map<String, String> standsFor = new HashMap<>();

  void add(ForgottenRecord.Link link) {
    withoutPersons.add(link.after());
    String before = link.before().orElse(link.after());
    if (!before.equals(link.after())) {
      beforeOf.put(link.after(), before);
      afterOf.put(before, link.after());
    }
  }

  void add(ForgottenRecord.StandIn standIn) {
    standsFor.put(standIn.as(), standIn.hash());
  }

  /** The hash, as it is by now, of the line that a {@code prev} stands in for. */
  Optional<String> standsFor(String prev) {
    return Optional.ofNullable(standsFor.get(prev)).map(this::now);
  }

  /** Whether a hash is that of a line that has no person, or never had one. */
  boolean isWithoutPersons(String hash) {
    return withoutPersons.contains(hash);
  }

  /** The hash that a line has by now. */
  String now(String hash) {
    String now = hash;
    for (int steps = 0; afterOf.containsKey(now) && steps <= afterOf.size(); steps++) {
      now = requireNonNull(afterOf.get(now));
    }
    return now;
  }

  /** Whether a line of that hash is, or was before it lost persons, what was chained to. */
  boolean isLink(String prev, String hash) {
    String wanted = standsFor.getOrDefault(prev, prev);
    @Nullable String now = hash;
    for (int steps = 0; now != null && steps <= beforeOf.size(); steps++) {
      if (now.equals(wanted)) {
        return true;
      }
      now = beforeOf.get(now);
    }
    return false;
  }
}
