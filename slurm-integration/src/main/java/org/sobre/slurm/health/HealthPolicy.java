package org.sobre.slurm.health;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is done with a node whose GPUs cannot be relied on: {@code health.policy}. */
public enum HealthPolicy {
  /** It is drained in Slurm, with a reason that begins {@code sobre:}. */
  DRAIN,
  /** It is said, and nothing is done. */
  OFF;

  /** As it stands in sobre.yaml and in the state file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> words() {
    return Arrays.stream(values()).map(HealthPolicy::word).toList();
  }

  /**
   * @param word one of {@link #words()}
   */
  static HealthPolicy ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
