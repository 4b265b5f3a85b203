package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What {@code nvidia-smi -q -x} said.
 *
 * @param driver version of the kernel driver, absent where the tool keeps it to itself
 * @param gpus in the order printed, which is not always that of the bus
 * @param messages lines printed around the XML
 */
record NvidiaSmiLog(Optional<String> driver, List<NvidiaSmiGpu> gpus, List<String> messages) {

  NvidiaSmiLog {
    requireNonNull(driver, "driver");
    gpus = List.copyOf(gpus);
    messages = List.copyOf(messages);
  }
}
