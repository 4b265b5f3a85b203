package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * What the kernel says of NVIDIA's cards, at one moment and without NVML.
 *
 * @param bound the cards that the driver has taken, as {@code /proc} tells of them
 * @param deviceExists whether there is a device file of this name, {@code /dev/nvidia0}
 */
record NvidiaKernel(
    Map<PciAddress, ProcGpu> bound, MigMinors migMinors, Predicate<Path> deviceExists) {

  private static final Path DEV = Path.of("/dev");

  NvidiaKernel {
    bound = Map.copyOf(bound);
    requireNonNull(migMinors, "migMinors");
    requireNonNull(deviceExists, "deviceExists");
  }

  static NvidiaKernel read(SysRoot root) {
    NvidiaProc proc = new NvidiaProc(root);
    return new NvidiaKernel(
        proc.gpus(),
        proc.migMinors(),
        device -> Files.exists(root.dev().resolve(DEV.relativize(device).toString())));
  }

  Optional<ProcGpu> card(PciAddress address) {
    return Optional.ofNullable(bound.get(address));
  }

  /** N of {@code /dev/nvidiaN}, where the driver names it. */
  OptionalInt minor(PciAddress address) {
    return card(address).map(ProcGpu::minor).orElse(OptionalInt.empty());
  }

  /** The card's device file, where it is there. */
  Optional<Path> device(OptionalInt minor) {
    return minor.isPresent()
        ? Optional.of(DEV.resolve("nvidia" + minor.getAsInt())).filter(deviceExists)
        : Optional.empty();
  }

  /** A MIG instance's device file, where it is known and there. */
  Optional<Path> capability(OptionalInt minor) {
    return minor.isPresent()
        ? Optional.of(DEV.resolve("nvidia-caps/nvidia-cap" + minor.getAsInt())).filter(deviceExists)
        : Optional.empty();
  }
}
