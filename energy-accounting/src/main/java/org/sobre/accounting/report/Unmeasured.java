package org.sobre.accounting.report;

import java.util.List;

/**
 * What of the jobs of a report no meter saw.
 *
 * @param jobs of which nothing at all was observed: their energy is not known, and not 0
 * @param meters that the machines have and that could not be read, for all or a part of the time:
 *     part and reason as the ledger has them, {@code cpu-package (no-permission)}
 */
public record Unmeasured(int jobs, List<String> meters) {

  public Unmeasured {
    if (jobs < 0) {
      throw new IllegalArgumentException("jobs: expected 0 or more, found " + jobs);
    }
    meters = List.copyOf(meters);
  }
}
