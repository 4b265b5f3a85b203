package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;

/**
 * What a batch asks of a device.
 *
 * @param memory the model's figure with its margin
 * @param marginPercent that was added for what the model may be wrong by; 0 where the batch was
 *     seen to run
 * @param cardGigabytes present if an empty card that has so many GB is known to be enough, whatever
 *     its driver holds back
 */
record Demand(MemorySize memory, int marginPercent, OptionalInt cardGigabytes) {

  Demand {
    requireNonNull(memory, "memory");
    requireNonNull(cardGigabytes, "cardGigabytes");
  }

  static Demand withMargin(double bytes, int marginPercent) {
    return new Demand(
        new MemorySize((long) Math.ceil(bytes * (100 + marginPercent) / 100)),
        marginPercent,
        OptionalInt.empty());
  }

  boolean isMetBy(Device device) {
    if (memory.compareTo(device.free()) <= 0) {
      return true;
    }
    return cardGigabytes.isPresent()
        && device.isEmpty()
        && device.total().hasGigabytes(cardGigabytes.getAsInt());
  }
}
