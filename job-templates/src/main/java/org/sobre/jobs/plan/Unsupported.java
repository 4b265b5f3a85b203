package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * A device is not of the kind that a profile needs, whatever its memory.
 *
 * @param reason one sentence: what is needed, what was found, what to do
 * @param sbatchOption by which a job gets one that is; absent where there is no Slurm to ask, or no
 *     feature for what is missing
 */
public record Unsupported(String reason, Optional<String> sbatchOption) implements PlanResult {

  public Unsupported {
    requireNonNull(reason, "reason");
    requireNonNull(sbatchOption, "sbatchOption");
  }
}
