package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.jobs.profile.Processor;

/**
 * No batch fits.
 *
 * @param reason one sentence: what is needed, what was found, what to do
 * @param smallestClassGigabytes the smallest size of card, empty, or of main memory that would do;
 *     absent if size is not what is wrong, or if no card is that large
 * @param device whose size it is
 */
public record DoesNotFit(String reason, OptionalInt smallestClassGigabytes, Processor device)
    implements PlanResult {

  public DoesNotFit {
    requireNonNull(reason, "reason");
    requireNonNull(smallestClassGigabytes, "smallestClassGigabytes");
    requireNonNull(device, "device");
  }

  /** What to give to sbatch. */
  public Optional<String> sbatchOption() {
    if (smallestClassGigabytes.isEmpty()) {
      return Optional.empty();
    }
    int size = smallestClassGigabytes.getAsInt();
    return Optional.of(
        device == Processor.CPU ? "--mem=" + size + "G" : "--constraint=vram_ge_" + size + "g");
  }
}
