package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/**
 * A compute instance of a card in MIG mode, as {@code -q}, its XML and the table tell of it:
 * without its UUID and profile, which only {@code -L} knows, by the same index.
 *
 * @param index place among the card's, from 0
 * @param gpuInstance number of the GPU instance it is in; not dense, and the same for several
 *     compute instances, each of which then shows the whole instance's memory
 * @param computeInstance its number in the GPU instance
 */
record MigDevice(
    int index,
    OptionalInt gpuInstance,
    OptionalInt computeInstance,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryFree) {

  MigDevice {
    if (index < 0) {
      throw new IllegalArgumentException("MIG device index must be 0 or more, found " + index);
    }
    requireNonNull(gpuInstance, "gpuInstance");
    requireNonNull(computeInstance, "computeInstance");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
  }
}
