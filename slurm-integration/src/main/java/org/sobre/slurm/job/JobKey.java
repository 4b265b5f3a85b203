package org.sobre.slurm.job;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One start of a job: a requeue counts {@code restart} up.
 *
 * @param id Slurm's job id, 1 or more; ids wrap, so a run's full key in the ledger also has its
 *     begin
 * @param restart {@code SLURM_JOB_RESTART_COUNT}, 0 for the first start
 */
public record JobKey(long id, int restart) implements Comparable<JobKey> {

  private static final int ID_DIGITS = 10;
  private static final int RESTART_DIGITS = 6;

  public JobKey {
    if (id < 1 || restart < 0) {
      throw new IllegalArgumentException(
          "expected a job id from 1 and a restart from 0, found " + id + " and " + restart);
    }
  }

  /** The first start of a job. */
  public static JobKey firstOf(long id) {
    return new JobKey(id, 0);
  }

  /** Reads {@code 12345.0}: of every share of every ledger line, so without a pattern. */
  public static Optional<JobKey> parse(String text) {
    int dot = text.indexOf('.');
    OptionalLong id = digits(text, 0, dot, ID_DIGITS);
    OptionalLong restart = digits(text, dot + 1, text.length(), RESTART_DIGITS);
    if (id.isEmpty() || restart.isEmpty() || id.getAsLong() < 1) {
      return Optional.empty();
    }
    return Optional.of(new JobKey(id.getAsLong(), (int) restart.getAsLong()));
  }

  private static OptionalLong digits(String text, int from, int to, int most) {
    if (to <= from || to - from > most) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalLong.empty();
      }
      number = number * 10 + (c - '0');
    }
    return OptionalLong.of(number);
  }

  @Override
  public int compareTo(JobKey other) {
    int byId = Long.compare(id, other.id);
    return byId != 0 ? byId : Integer.compare(restart, other.restart);
  }

  /** As in the ledger and in the spool's file names: {@code 12345.0}. */
  @Override
  public String toString() {
    return id + "." + restart;
  }
}
