package org.sobre.energy.meter;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * What NVIDIA's library told of one card at one instant.
 *
 * @param nanos since boot, when the counter and the power were read
 * @param counterMillijoules since the driver was loaded
 * @param average the mean power of the second before
 * @param drawn of that instant, or a mean over a time that is not told
 */
record NvmlReading(
    long nanos,
    Reading<Long> counterMillijoules,
    Reading<Power> average,
    Reading<Power> drawn,
    OptionalInt busyPercent,
    OptionalLong memoryUsedMebibytes,
    OptionalInt celsius)
    implements CountedSample {

  private static final long MICROJOULES_IN_A_MILLIJOULE = 1_000;

  NvmlReading {
    requireNonNull(counterMillijoules, "counterMillijoules");
    requireNonNull(average, "average");
    requireNonNull(drawn, "drawn");
    requireNonNull(busyPercent, "busyPercent");
    requireNonNull(memoryUsedMebibytes, "memoryUsedMebibytes");
    requireNonNull(celsius, "celsius");
  }

  @Override
  public Reading<Long> counterMicrojoules() {
    return counterMillijoules.match(
        told ->
            told < 0 || told > Long.MAX_VALUE / MICROJOULES_IN_A_MILLIJOULE
                ? Reading.<Long>unavailable(Reason.FAILED, told + " mJ")
                : Reading.of(told * MICROJOULES_IN_A_MILLIJOULE),
        missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  /** A card that tells nothing. */
  static NvmlReading without(long nanos, Reason reason, String detail) {
    return new NvmlReading(
        nanos,
        Reading.unavailable(reason, detail),
        Reading.unavailable(reason, detail),
        Reading.unavailable(reason, detail),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalInt.empty());
  }
}
