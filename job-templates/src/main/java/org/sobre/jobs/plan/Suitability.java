package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Precision;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/** Whether a device is of the kind a profile asks for, apart from its memory. */
final class Suitability {

  private static final Messages MESSAGES = Messages.of(Suitability.class);

  /** What every card has that a driver still knows: nothing need be told to be sure of it. */
  private static final Version EVERY_CARD = Precision.FP32.since();

  private Suitability() {}

  /**
   * Why a device will not do.
   *
   * @param kinds that would; absent if there is no feature for what is missing
   */
  record Objection(String reason, Optional<KindConstraint> kinds) {
    Objection {
      requireNonNull(reason, "reason");
      requireNonNull(kinds, "kinds");
    }
  }

  /**
   * Absent if a device will do. One of which only the size is known will: its kind is asked for
   * beside the size. NVIDIA's of which nobody tells the compute capability will not, where the
   * profile needs one: it may be too old.
   *
   * @param capabilities for which there is a feature, ascending
   */
  static Optional<Objection> objection(
      Requirements requires, Device device, List<Version> capabilities) {
    Optional<GpuVendor> vendor = device.vendor();
    if (vendor.isEmpty()) {
      return Optional.empty();
    }
    if (!requires.vendors().isEmpty() && !requires.vendors().contains(vendor.get())) {
      return Optional.of(
          new Objection(
              otherVendor(requires.vendors(), vendor.get()),
              KindConstraint.of(requires, capabilities)));
    }
    if (vendor.get() != GpuVendor.NVIDIA) {
      return Optional.empty();
    }
    return leastCapability(requires)
        .flatMap(needed -> capability(requires, needed, device))
        .map(reason -> new Objection(reason, KindConstraint.of(requires, capabilities)))
        .or(() -> driver(requires, device).map(old -> new Objection(old, Optional.empty())));
  }

  /** What a variant asks for beside its profile. */
  static Requirements of(ModelProfile profile, Variant variant) {
    return new Requirements(
        profile.requires().vendors(), variant.minComputeCapability(), Optional.empty(), List.of());
  }

  /** What a profile asks for with one of its variants. */
  static Requirements joined(ModelProfile profile, Variant variant) {
    Requirements requires = profile.requires();
    return new Requirements(
        requires.vendors(),
        Stream.concat(
                requires.minComputeCapability().stream(), variant.minComputeCapability().stream())
            .max(Comparator.naturalOrder()),
        requires.minDriver(),
        requires.precisions());
  }

  private static String otherVendor(List<GpuVendor> wanted, GpuVendor found) {
    String names = wanted.stream().map(GpuVendor::name).collect(Collectors.joining(", "));
    return MESSAGES.text("unsuitable.vendor", names, found);
  }

  /** What is asked for itself and what the precisions need. */
  static Optional<Version> leastCapability(Requirements requires) {
    return Stream.concat(
            requires.minComputeCapability().stream(),
            requires.precisions().stream().map(Precision::since))
        .max(Comparator.naturalOrder())
        .filter(least -> least.compareTo(EVERY_CARD) > 0);
  }

  private static Optional<String> capability(Requirements requires, Version least, Device device) {
    Optional<Version> found = device.computeCapability();
    if (found.isPresent() && found.get().compareTo(least) >= 0) {
      return Optional.empty();
    }
    String reason =
        found
            .map(version -> MESSAGES.text("unsuitable.capability", least, version))
            .orElseGet(() -> MESSAGES.text("unsuitable.capability.unknown", least));
    return Optional.of(
        requires.precisions().stream()
            .filter(precision -> precision.since().equals(least))
            .filter(precision -> !requires.minComputeCapability().equals(Optional.of(least)))
            .findFirst()
            .map(precision -> MESSAGES.text("unsuitable.precision", precision.yamlName(), reason))
            .orElse(reason));
  }

  private static Optional<String> driver(Requirements requires, Device device) {
    return requires
        .minDriver()
        .flatMap(
            needed ->
                device
                    .driver()
                    .filter(found -> found.compareTo(needed) < 0)
                    .map(found -> MESSAGES.text("unsuitable.driver", needed, found)));
  }
}
