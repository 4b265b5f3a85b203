package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * No batch fits.
 *
 * @param reason one sentence: what is needed, what was found, what to do
 * @param smallestClassGigabytes the smallest size of card, empty, or of main memory that would do;
 *     absent if size is not what is wrong, or if no card is that large
 * @param sbatchOption by which a job gets as much; absent where there is no Slurm to ask, or no
 *     such size
 */
public record DoesNotFit(
    String reason, OptionalInt smallestClassGigabytes, Optional<String> sbatchOption)
    implements PlanResult {

  public DoesNotFit {
    requireNonNull(reason, "reason");
    requireNonNull(smallestClassGigabytes, "smallestClassGigabytes");
    requireNonNull(sbatchOption, "sbatchOption");
  }
}
