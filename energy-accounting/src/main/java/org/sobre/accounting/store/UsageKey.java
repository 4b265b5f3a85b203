package org.sobre.accounting.store;

/** By what usage is told apart; what has no name is in brackets. */
public enum UsageKey {
  CLUSTER,
  NODE,
  /** Slurm account, or {@code (no account)}. */
  ACCOUNT,
  /** By the last name that the uid had, or {@code (uid N)}. */
  USER,
  /** Types held with a plus between them, {@code (no gpu)}, or {@code (not ended)}. */
  GPU,
  /** The job's own word, or {@code (none declared)}. */
  PROFILE;

  /** What GPUs of a run that held none are called. */
  public static final String NO_GPU = "(no gpu)";
}
