package org.sobre.jobs.calibration;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.sobre.hardware.units.MemorySize;

/**
 * What a batch took of the card at the most.
 *
 * @param taken reserved by the allocator, if the program said so; else all that was taken of the
 *     card while it ran, by the driver's count
 * @param allocated by tensors, a part of that; absent if it is the driver's count
 */
public record Peak(MemorySize taken, Optional<MemorySize> allocated) {

  public Peak {
    requireNonNull(taken, "taken");
    requireNonNull(allocated, "allocated");
    if (allocated.filter(part -> part.compareTo(taken) > 0).isPresent()) {
      throw new IllegalArgumentException(
          "expected no more allocated than taken, found " + allocated + " of " + taken);
    }
  }

  /** The program's own count, which has no context of CUDA or HIP in it. */
  public static Peak reported(MemorySize allocated, MemorySize reserved) {
    boolean swapped = allocated.compareTo(reserved) > 0;
    return new Peak(swapped ? allocated : reserved, Optional.of(allocated));
  }

  /** The driver's count, which has everything in it. */
  public static Peak seen(MemorySize taken) {
    return new Peak(taken, Optional.empty());
  }
}
