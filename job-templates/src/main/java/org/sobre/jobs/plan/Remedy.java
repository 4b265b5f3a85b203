package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.jobs.profile.Processor;

/**
 * What would do in the place of what is too small.
 *
 * @param device whose size it is
 * @param gigabytes the smallest size of card, or of main memory; empty if none that is known would
 * @param cards by which Slurm gives one, where it is a card's
 * @param ofCluster whether only what nodes have was looked at
 */
record Remedy(
    Processor device,
    Advice advice,
    OptionalInt gigabytes,
    CardConstraint cards,
    boolean ofCluster) {

  Remedy {
    requireNonNull(device, "device");
    requireNonNull(advice, "advice");
    requireNonNull(gigabytes, "gigabytes");
    requireNonNull(cards, "cards");
  }

  /** What to give to sbatch; absent where there is no Slurm, or no such size. */
  Optional<String> sbatchOption() {
    if (gigabytes.isEmpty() || advice != Advice.SLURM) {
      return Optional.empty();
    }
    return device == Processor.CPU
        ? Optional.of("--mem=" + gigabytes.getAsInt() + "G")
        : cards.option();
  }

  DoesNotFit refuse(String reason) {
    return new DoesNotFit(reason, gigabytes, sbatchOption());
  }
}
