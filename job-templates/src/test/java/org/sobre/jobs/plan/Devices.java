package org.sobre.jobs.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.UnknownProfileException;

/** Cards and profiles for the tests. */
final class Devices {

  /** The ladder of DESIGN section 5. */
  static final List<Integer> LADDER =
      List.of(2, 4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 94, 96, 128, 140, 192);

  private Devices() {}

  static Device of(MemorySize free, MemorySize total) {
    return new Device(
        "GPU-1", "a card", GpuVendor.NVIDIA, free, total, Optional.empty(), Optional.empty());
  }

  /** A card of which the driver holds some MiB back, as nvidia-smi tells both. */
  static Device mebibytes(long free, long total) {
    return of(MemorySize.ofMebibytes(free), MemorySize.ofMebibytes(total));
  }

  /** The smallest card that may call itself one of so many GB, and nobody on it. */
  static Device marketed(int gigabytes) {
    return Device.empty(new MemorySize(gigabytes * 990_000_000L));
  }

  static ModelProfile shipped(String name) {
    try {
      return new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load(name);
    } catch (IOException | ConfigurationException | UnknownProfileException e) {
      throw new AssertionError(e);
    }
  }
}
