package org.sobre.hardware.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalDouble;
import org.sobre.hardware.units.MemorySize;

/**
 * The memory on a card, as its maker states it.
 *
 * @param size what the maker sells it as; a driver reports up to a tenth less
 * @param type as {@code GDDR6X}, {@code HBM2e}
 * @param bandwidthGigabytesPerSecond in 10^9 bytes a second
 */
public record VideoMemory(
    Optional<MemorySize> size, Optional<String> type, OptionalDouble bandwidthGigabytesPerSecond) {

  public VideoMemory {
    requireNonNull(size, "size");
    requireNonNull(type, "type");
    requireNonNull(bandwidthGigabytesPerSecond, "bandwidthGigabytesPerSecond");
  }
}
