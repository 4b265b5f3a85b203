/**
 * NVIDIA's management library, {@code libnvidia-ml.so.1}, which comes with the driver: the few
 * calls that tell a card's energy, power and use. No CUDA context, no profiling counters.
 */
@NullMarked
package org.sobre.hardware.gpu.nvidia.nvml;

import org.jspecify.annotations.NullMarked;
