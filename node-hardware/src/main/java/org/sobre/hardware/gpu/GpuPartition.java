package org.sobre.hardware.gpu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/**
 * A part of a GPU that can be given to a job by itself: a MIG compute instance, or one of the
 * devices that an AMD accelerator shows in DPX, QPX or CPX mode. Power, temperature and the board's
 * memory belong to the {@link Gpu}: a partition repeats none of them.
 *
 * @param id the identifier by which programs select it: {@code MIG-…}; AMD's is the board's and
 *     {@code /} and the partition's number. Absent where the tool did not tell; such a partition is
 *     listed and never offered
 * @param profile {@code 3g.40gb}, {@code 1c.3g.71gb}, {@code cpx}; absent where not told
 * @param memoryTotal of the memory that this partition can use; several compute instances in one
 *     GPU instance share it, so it is never to be added up over those
 * @param devices every character device a job needs for it, the board's first; empty where not
 *     known
 * @param gpuInstance MIG: the GPU instance it is in; those of one number share memory
 * @param computeInstance MIG: its number in the GPU instance
 */
public record GpuPartition(
    Optional<String> id,
    Optional<String> profile,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryFree,
    List<Path> devices,
    OptionalInt gpuInstance,
    OptionalInt computeInstance) {

  public GpuPartition {
    requireNonNull(id, "id");
    requireNonNull(profile, "profile");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryFree, "memoryFree");
    devices = List.copyOf(devices);
    requireNonNull(gpuInstance, "gpuInstance");
    requireNonNull(computeInstance, "computeInstance");
  }

  /** Why this partition is not given to Slurm, or empty if it is. */
  public Optional<String> whyNotOffered() {
    if (id.isEmpty()) {
      return Optional.of("no-uuid");
    }
    if (profile.isEmpty()) {
      return Optional.of("no-profile");
    }
    if (devices.isEmpty()) {
      return Optional.of("no-device-file");
    }
    return memoryTotal.measured().isEmpty() ? Optional.of("memory-unknown") : Optional.empty();
  }
}
