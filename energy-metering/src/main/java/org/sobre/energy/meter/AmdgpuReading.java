package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * What the amdgpu driver's files told of one card at one instant.
 *
 * @param nanos since boot, when the power was read
 * @param counterMicrojoules {@code energy_accumulator} of {@code gpu_metrics}
 * @param drawn {@code power1_average}, else {@code power1_input}
 */
record AmdgpuReading(
    long nanos,
    Reading<Long> counterMicrojoules,
    Reading<Power> drawn,
    OptionalInt busyPercent,
    OptionalLong memoryUsedMebibytes,
    OptionalInt celsius)
    implements CountedSample {

  AmdgpuReading {
    requireNonNull(counterMicrojoules, "counterMicrojoules");
    requireNonNull(drawn, "drawn");
    requireNonNull(busyPercent, "busyPercent");
    requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
    requireNonNull(celsius, "celsius");
  }

  /** A card that was not read, or tells no power. */
  static AmdgpuReading without(long nanos, Reason reason, String detail) {
    return new AmdgpuReading(
        nanos,
        Reading.unavailable(reason, detail),
        Reading.unavailable(reason, detail),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalInt.empty());
  }

  /**
   * The kernel's documentation does not say over which time {@code power1_average} is an average,
   * and it differs by firmware: it is never taken for the mean of just the last second.
   */
  @Override
  public Reading<Power> average() {
    return Reading.unavailable(Reason.NOT_SUPPORTED, "amdgpu tells no averaging time");
  }
}
