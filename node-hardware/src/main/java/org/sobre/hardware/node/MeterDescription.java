package org.sobre.hardware.node;

import java.util.OptionalLong;

/**
 * A meter that this machine has, found at the scan; node.json lists them.
 *
 * @param part {@code gpu}, {@code cpu-package}, {@code dram} or {@code node}
 * @param device GPU UUID ({@code AMD-…} for AMD's), or the package's number
 * @param source {@code powercap}, {@code nvidia-smi}, {@code amdgpu-hwmon}
 * @param rangeMicrojoules where the counter wraps around, for a counter that does
 */
public record MeterDescription(
    String part, String device, String source, OptionalLong rangeMicrojoules) {}
