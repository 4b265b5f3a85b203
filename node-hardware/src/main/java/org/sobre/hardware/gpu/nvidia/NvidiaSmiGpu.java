package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * One {@code <gpu>} of the XML.
 *
 * @param model marketing name; absent where the card answered with a fault
 * @param minor N of {@code /dev/nvidiaN}; absent on Windows and in vGPU guests
 * @param architecture first word, lower case: {@code ada}; drivers before 510 do not tell
 * @param migEnabled whether the card is in MIG mode now
 * @param stateDetail for a state other than ok, what was printed
 */
record NvidiaSmiGpu(
    PciAddress pciAddress,
    Optional<String> model,
    Optional<String> uuid,
    OptionalInt minor,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryFree,
    Optional<String> architecture,
    boolean migEnabled,
    GpuState state,
    Optional<String> stateDetail) {

  NvidiaSmiGpu {
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(model, "model");
    requireNonNull(uuid, "uuid");
    requireNonNull(minor, "minor");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
    requireNonNull(architecture, "architecture");
    requireNonNull(state, "state");
    requireNonNull(stateDetail, "stateDetail");
  }
}
