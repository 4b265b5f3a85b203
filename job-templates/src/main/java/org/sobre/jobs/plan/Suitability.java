package org.sobre.jobs.plan;

import java.util.List;
import java.util.Optional;
import org.sobre.jobs.profile.Precision;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

/** Whether a device is of the kind a profile asks for, apart from its memory. */
final class Suitability {

  private Suitability() {}

  /** Why a device will not do; absent if it will, or if nothing known of it says otherwise. */
  static Optional<String> objection(Requirements requires, Device device) {
    if (!requires.vendors().isEmpty() && !requires.vendors().contains(device.vendor())) {
      return Optional.of(
          "it is made for GPUs of "
              + requires.vendors()
              + ", and this one is of "
              + device.vendor());
    }
    return tooOld("compute capability", requires.minComputeCapability(), device.computeCapability())
        .or(() -> tooOld("driver", requires.minDriver(), device.driver()))
        .or(() -> withoutPrecision(requires.precisions(), device));
  }

  private static Optional<String> tooOld(
      String what, Optional<Version> needed, Optional<Version> found) {
    return needed.isPresent() && found.isPresent() && found.get().compareTo(needed.get()) < 0
        ? Optional.of(
            "it needs " + what + " " + needed.get() + " or newer, and this one has " + found.get())
        : Optional.empty();
  }

  private static Optional<String> withoutPrecision(List<Precision> precisions, Device device) {
    return precisions.stream()
        .flatMap(
            precision ->
                tooOld(
                    "compute capability",
                    Optional.of(precision.since()),
                    device.computeCapability())
                    .map(reason -> "for " + precision.yamlName() + " " + reason)
                    .stream())
        .findFirst();
  }
}
