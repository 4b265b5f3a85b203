package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.sobre.hardware.probe.SysRoot;

/**
 * What a machine adds to its cards.
 *
 * @param hasDevice whether a device file is there, {@code /dev/dri/renderD128}
 * @param moduleVersion of AMD's own driver packages; the kernel's driver has none
 * @param kernelRelease {@code 6.1.0-31-amd64}
 */
record AmdHost(
    Predicate<Path> hasDevice, Optional<String> moduleVersion, Optional<String> kernelRelease) {

  /** Files of another machine, somebody's recording: what it names is taken to be there. */
  static final AmdHost RECORDED = new AmdHost(device -> true, Optional.empty(), Optional.empty());

  AmdHost {
    requireNonNull(hasDevice, "hasDevice");
    requireNonNull(moduleVersion, "moduleVersion");
    requireNonNull(kernelRelease, "kernelRelease");
  }

  static AmdHost of(SysRoot root) {
    return new AmdHost(
        device -> Files.exists(root.dev().resolve(Path.of("/dev").relativize(device))),
        KernelFiles.in(root.sys()).text("module/amdgpu/version"),
        KernelFiles.in(root.proc()).text("sys/kernel/osrelease"));
  }

  Optional<String> driverVersion(Optional<AmdToolCard> card) {
    return moduleVersion.or(() -> card.flatMap(AmdToolCard::driver)).or(() -> kernelRelease);
  }
}
