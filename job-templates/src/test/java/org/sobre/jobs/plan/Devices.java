package org.sobre.jobs.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Task;
import org.sobre.jobs.profile.UnknownProfileException;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/** Cards and profiles for the tests. */
final class Devices {

  /** The ladder of DESIGN section 5. */
  static final List<Integer> LADDER =
      List.of(2, 4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 94, 96, 128, 140, 192);

  static final List<Version> CAPABILITIES =
      Stream.of("5.0", "6.0", "7.0", "8.0", "9.0").flatMap(v -> Version.parse(v).stream()).toList();

  static final Requirements NOTHING =
      new Requirements(List.of(), Optional.empty(), Optional.empty(), List.of());

  private Devices() {}

  static Device of(MemorySize free, MemorySize total) {
    return nvidia(free, total, "8.9", "555.42");
  }

  static Device nvidia(MemorySize free, MemorySize total, String capability, String driver) {
    return new Device(
        "GPU-1",
        "a card",
        GpuVendor.NVIDIA,
        free,
        total,
        Version.parse(capability),
        Version.parse(driver));
  }

  /** A card of which the driver holds some MiB back, as nvidia-smi tells both. */
  static Device mebibytes(long free, long total) {
    return of(MemorySize.ofMebibytes(free), MemorySize.ofMebibytes(total));
  }

  /** The smallest card that may call itself one of so many GB, and nobody on it. */
  static Device marketed(int gigabytes) {
    return Device.ofSize(new MemorySize(gigabytes * 990_000_000L));
  }

  static ModelProfile shipped(String name) {
    try {
      return new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load(name);
    } catch (IOException | ConfigurationException | UnknownProfileException e) {
      throw new AssertionError(e);
    }
  }

  /** A profile of one variant, which loses nothing and runs on every kind of card. */
  static ModelProfile profile(MemoryModel model, OptionalInt effectiveBatch) {
    return profile(List.of(variant("v", model)), effectiveBatch, NOTHING);
  }

  static ModelProfile profile(
      List<Variant> variants, OptionalInt effectiveBatch, Requirements requires) {
    return new ModelProfile(
        "p",
        Task.FINETUNE,
        "item",
        effectiveBatch,
        requires,
        variants,
        Optional.empty(),
        new ModelProfile.Options(Optional.empty(), Optional.empty()),
        Optional.empty());
  }

  static Variant variant(String name, MemoryModel model) {
    return new Variant(name, Map.of(), model, Optional.empty());
  }
}
