package org.sobre.slurm.job;

import java.util.OptionalInt;

/** One file that a prolog or epilog left in {@code /run/sobre/jobs}: see SCHEMAS, Spool. */
public sealed interface SpoolRecord {

  JobKey key();

  /**
   * {@code /proc/uptime} when the hook ran, in nanoseconds since boot; the kernel gives hundredths
   * of a second.
   */
  long uptimeNanos();

  record Begin(JobFacts facts, long uptimeNanos) implements SpoolRecord {
    @Override
    public JobKey key() {
      return facts.key();
    }
  }

  /**
   * @param waitStatus of the batch script, as wait(2) gives it: 768 is exit status 3
   */
  record End(JobKey key, long uptimeNanos, OptionalInt waitStatus) implements SpoolRecord {}
}
