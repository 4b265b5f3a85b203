package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What of the jobs of a report no meter saw.
 *
 * @param jobs of which nothing at all was observed: their energy is not known, and not 0
 * @param meters that the machines have and that could not be read, for all or a part of the time:
 *     part and reason as the ledger has them, {@code cpu-package (no-permission)}
 * @param uncovered jobs that Slurm knows and no node's ledger has: they are none of {@code jobs};
 *     absent where there are any, and the report is of some jobs by what Slurm does not tell
 * @param freshness until when the ledger tells, and which nodes do not
 */
public record Unmeasured(
    int jobs, List<String> meters, Optional<Uncovered> uncovered, Freshness freshness) {

  public Unmeasured {
    if (jobs < 0) {
      throw new IllegalArgumentException("jobs: expected 0 or more, found " + jobs);
    }
    meters = List.copyOf(meters);
    requireNonNull(uncovered, "uncovered");
    requireNonNull(freshness, "freshness");
  }
}
