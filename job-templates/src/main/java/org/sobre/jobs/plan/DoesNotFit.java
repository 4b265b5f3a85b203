package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * No batch fits.
 *
 * @param reason one sentence: what is needed, what was found, what to do
 * @param smallestClassGigabytes the smallest size of card, empty, that would do; absent if size is
 *     not what is wrong, or if no card is that large
 */
public record DoesNotFit(String reason, OptionalInt smallestClassGigabytes) implements PlanResult {

  public DoesNotFit {
    requireNonNull(reason, "reason");
    requireNonNull(smallestClassGigabytes, "smallestClassGigabytes");
  }

  /** What to give to sbatch. */
  public Optional<String> sbatchOption() {
    return smallestClassGigabytes.isPresent()
        ? Optional.of("--constraint=vram_ge_" + smallestClassGigabytes.getAsInt() + "g")
        : Optional.empty();
  }
}
