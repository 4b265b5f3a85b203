package org.sobre.slurm.job;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One start of a job: a requeue counts {@code restart} up.
 *
 * @param id Slurm's job id, 1 or more; ids wrap, so a run's full key in the ledger also has its
 *     begin
 * @param restart {@code SLURM_JOB_RESTART_COUNT}, 0 for the first start
 */
public record JobKey(long id, int restart) implements Comparable<JobKey> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,10})\\.(\\d{1,6})");

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

  /** Reads {@code 12345.0}. */
  public static Optional<JobKey> parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches() || Long.parseLong(m.group(1)) < 1) {
      return Optional.empty();
    }
    return Optional.of(new JobKey(Long.parseLong(m.group(1)), Integer.parseInt(m.group(2))));
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
