package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.units.PciAddress;

/**
 * All that nvidia-smi had to say.
 *
 * @param log absent where it gave no usable XML; then the report says why
 * @param faults cards it named as out of reach, around the XML or instead of it
 * @param computeCapabilities by UUID, {@code 8.9}; empty where the driver does not tell
 */
record NvidiaAnswer(
    Optional<NvidiaSmiLog> log,
    Map<PciAddress, CardFault> faults,
    Map<String, String> computeCapabilities,
    ProbeReport report) {

  NvidiaAnswer {
    requireNonNull(log, "log");
    faults = Map.copyOf(faults);
    computeCapabilities = Map.copyOf(computeCapabilities);
    requireNonNull(report, "report");
  }
}
