package org.sobre.hardware.gpu.nvidia.nvml;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * The two powers that drivers from 535 on tell apart, of the GPU itself (not of a module with a
 * processor on it).
 *
 * @param averageMilliwatts mean of the last second; Ampere (but GA100) and newer
 * @param instantMilliwatts of that instant
 */
public record NvmlPower(OptionalLong averageMilliwatts, OptionalLong instantMilliwatts) {
  public NvmlPower {
    requireNonNull(averageMilliwatts, "averageMilliwatts");
    requireNonNull(instantMilliwatts, "instantMilliwatts");
  }
}
