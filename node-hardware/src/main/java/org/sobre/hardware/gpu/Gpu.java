package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * One GPU as it was found.
 *
 * @param index position in PCI order on this node, from 0: never the device minor and never Slurm's
 *     position
 * @param model as the tool prints it, or {@code unknown} where only the PCI bus shows the card
 * @param uuid the stable identifier by which the card stands everywhere, absent where the card
 *     could not be asked: NVIDIA's {@code GPU-…}; {@code AMD-} and the card's unique id, or its PCI
 *     address where it has none
 * @param device the character device Slurm gives to jobs, absent where it is not known
 * @param memoryTotal total video memory
 * @param memoryFree free at the time of the scan: informs, and is never published to Slurm
 * @param stateDetail for a state other than ok, what was seen, for a person
 * @param architecture lower case, one word: {@code ada}, {@code cdna2}
 * @param computeCapability {@code 8.9}; NVIDIA only
 * @param driver version of the kernel driver
 * @param partitioned whether the card is split into partitions (MIG, AMD's CPX): the whole card can
 *     then not be given to a job
 */
public record Gpu(
    int index,
    GpuVendor vendor,
    String model,
    Optional<String> uuid,
    PciAddress pciAddress,
    Optional<Path> device,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryFree,
    GpuState state,
    Optional<String> stateDetail,
    Optional<String> architecture,
    Optional<String> computeCapability,
    Optional<String> driver,
    boolean partitioned) {

  public Gpu {
    if (index < 0) {
      throw new IllegalArgumentException("GPU index must be 0 or more, found " + index);
    }
    requireNonNull(vendor, "vendor");
    requireNonNull(model, "model");
    if (model.isBlank()) {
      throw new IllegalArgumentException("GPU model must not be blank");
    }
    requireNonNull(uuid, "uuid");
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(device, "device");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
    requireNonNull(state, "state");
    requireNonNull(stateDetail, "stateDetail");
    requireNonNull(architecture, "architecture");
    requireNonNull(computeCapability, "computeCapability");
    requireNonNull(driver, "driver");
  }

  /** The same GPU at another place in PCI order. */
  public Gpu withIndex(int other) {
    return new Gpu(
        other,
        vendor,
        model,
        uuid,
        pciAddress,
        device,
        memoryTotal,
        memoryFree,
        state,
        stateDetail,
        architecture,
        computeCapability,
        driver,
        partitioned);
  }

  /** The same GPU, which after all cannot be relied on. */
  public Gpu unreadable(String why) {
    return new Gpu(
        index,
        vendor,
        model,
        uuid,
        pciAddress,
        device,
        memoryTotal,
        memoryFree,
        GpuState.UNREADABLE,
        Optional.of(why),
        architecture,
        computeCapability,
        driver,
        partitioned);
  }

  /** Why this GPU is not given to Slurm, or empty if it is. */
  public Optional<String> whyNotOffered(MemorySize offerFrom) {
    if (state != GpuState.OK) {
      return Optional.of(state.jsonName());
    }
    if (partitioned) {
      return Optional.of("partitioned");
    }
    if (device.isEmpty()) {
      return Optional.of("no-device-file");
    }
    if (memoryTotal.measured().isEmpty()) {
      return Optional.of("memory-unknown");
    }
    if (uuid.isEmpty()) {
      return Optional.of("no-uuid");
    }
    return memoryTotal
        .measured()
        .filter(total -> total.compareTo(offerFrom) < 0)
        .map(small -> "display-only");
  }
}
