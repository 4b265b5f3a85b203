package org.sobre.accounting.report.ranking;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The models that did the work of one profile.
 *
 * @param unit what was counted: {@code token}, or the profile's items
 * @param reference the type of GPU that is the measure; absent from the ranks where it has too few
 *     jobs
 * @param ranks fastest first; empty where the measure has too few jobs
 * @param tooFew how many jobs the types have that have fewer than are needed, by type
 */
public record ProfileRanking(
    String profile,
    String unit,
    String reference,
    List<ModelRank> ranks,
    Map<String, Integer> tooFew) {

  public ProfileRanking {
    requireNonNull(profile, "profile");
    requireNonNull(unit, "unit");
    requireNonNull(reference, "reference");
    ranks = List.copyOf(ranks);
    tooFew = Collections.unmodifiableMap(new TreeMap<>(tooFew));
  }

  /** Whether there was enough to rank by. */
  public boolean isRanked() {
    return !ranks.isEmpty();
  }
}
