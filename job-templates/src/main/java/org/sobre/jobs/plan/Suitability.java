package org.sobre.jobs.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.profile.Precision;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Version;

/** Whether a device is of the kind a profile asks for, apart from its memory. */
final class Suitability {

  private static final Messages MESSAGES = Messages.of(Suitability.class);

  private Suitability() {}

  /** Why a device will not do; absent if it will, or if nothing known of it says otherwise. */
  static Optional<String> objection(Requirements requires, Device device) {
    if (!requires.vendors().isEmpty() && !requires.vendors().contains(device.vendor())) {
      return Optional.of(
          MESSAGES.text(
              "unsuitable.vendor",
              requires.vendors().stream().map(GpuVendor::name).collect(Collectors.joining(", ")),
              device.vendor()));
    }
    return tooOld("capability", requires.minComputeCapability(), device.computeCapability())
        .or(() -> tooOld("driver", requires.minDriver(), device.driver()))
        .or(() -> withoutPrecision(requires.precisions(), device));
  }

  private static Optional<String> tooOld(
      String what, Optional<Version> needed, Optional<Version> found) {
    return needed.isPresent() && found.isPresent() && found.get().compareTo(needed.get()) < 0
        ? Optional.of(MESSAGES.text("unsuitable." + what, needed.get(), found.get()))
        : Optional.empty();
  }

  private static Optional<String> withoutPrecision(List<Precision> precisions, Device device) {
    return precisions.stream()
        .flatMap(
            precision ->
                tooOld("capability", Optional.of(precision.since()), device.computeCapability())
                    .map(
                        reason ->
                            MESSAGES.text("unsuitable.precision", precision.yamlName(), reason))
                    .stream())
        .findFirst();
  }
}
