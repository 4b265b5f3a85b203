package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.units.PciAddress;

/**
 * All that nvidia-smi had to say.
 *
 * @param log absent where it gave no usable description; then the first report says why
 * @param faults cards it named as out of reach, around the description or instead of it
 * @param computeCapabilities by UUID, {@code 8.9}; empty where the driver does not tell
 * @param list of {@code -L}; empty where that gave none
 * @param topo of {@code topo -m}; empty where that gave none or was not asked
 * @param reports of the description first, then of what else went wrong
 */
record NvidiaAnswer(
    Optional<NvidiaSmiLog> log,
    Map<PciAddress, CardFault> faults,
    Map<String, String> computeCapabilities,
    NvidiaSmiList list,
    TopoMatrix topo,
    List<ProbeReport> reports) {

  NvidiaAnswer {
    requireNonNull(log, "log");
    faults = Map.copyOf(faults);
    computeCapabilities = Map.copyOf(computeCapabilities);
    requireNonNull(list, "list");
    requireNonNull(topo, "topo");
    reports = List.copyOf(reports);
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("expected a report of how nvidia-smi was asked");
    }
  }

  /** How the question for the description went. */
  ProbeReport report() {
    return reports.get(0);
  }
}
