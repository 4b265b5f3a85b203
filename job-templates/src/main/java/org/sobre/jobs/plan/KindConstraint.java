package org.sobre.jobs.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

/**
 * The kinds of card that would do, as Slurm's features call them.
 *
 * @param features any of them is enough; at least one
 */
record KindConstraint(List<String> features) {

  KindConstraint {
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("expected at least one feature");
    }
  }

  /**
   * Of NVIDIA's cards those that are new enough, by the next rung: one below would let cards in
   * that are too old. Other vendors' as a whole: nobody counts their age.
   *
   * @param capabilities for which there is a feature, ascending
   * @return empty where every card will do, or where there is no feature for those that would
   */
  static Optional<KindConstraint> of(Requirements requires, List<Version> capabilities) {
    List<GpuVendor> vendors =
        requires.vendors().isEmpty() ? List.of(GpuVendor.values()) : requires.vendors();
    Optional<Version> least = Suitability.leastCapability(requires);
    boolean every = vendors.size() == GpuVendor.values().length;
    if (every && least.isEmpty()) {
      return Optional.empty();
    }
    List<String> features = new ArrayList<>();
    for (GpuVendor vendor : vendors) {
      Optional<String> feature =
          vendor == GpuVendor.NVIDIA && least.isPresent()
              ? newEnough(least.get(), capabilities)
              : Optional.of("gpu_vendor_" + vendor.jsonName());
      feature.ifPresent(features::add);
    }
    return features.isEmpty() ? Optional.empty() : Optional.of(new KindConstraint(features));
  }

  private static Optional<String> newEnough(Version least, List<Version> capabilities) {
    return capabilities.stream()
        .filter(rung -> rung.compareTo(least) >= 0)
        .findFirst()
        .map(rung -> "gpu_cc_ge_" + rung.toString().replace('.', '_'));
  }

  /** Those of them that are known; empty if none is. */
  Optional<KindConstraint> among(Predicate<String> known) {
    List<String> some = features.stream().filter(known).toList();
    return some.isEmpty() ? Optional.empty() : Optional.of(new KindConstraint(some));
  }

  /** As Slurm reads it: {@code gpu_cc_ge_6_0|gpu_vendor_amd}. */
  String expression() {
    return String.join("|", features);
  }
}
