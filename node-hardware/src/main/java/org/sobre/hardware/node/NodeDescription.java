package org.sobre.hardware.node;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.units.MemorySize;

/**
 * What one machine says of itself at one moment.
 *
 * @param node short host name
 * @param boot kernel boot id, from {@code /proc/sys/kernel/random/boot_id}
 * @param board vendor and model of the main board, where the firmware tells
 */
public record NodeDescription(
    String node,
    String boot,
    Instant at,
    Optional<String> board,
    CpuTopology cpu,
    MemorySize memory,
    List<Gpu> gpus,
    List<MeterDescription> meters,
    List<ProbeReport> probes) {

  public NodeDescription {
    requireNonNull(node, "node");
    requireNonNull(boot, "boot");
    requireNonNull(at, "at");
    requireNonNull(board, "board");
    requireNonNull(cpu, "cpu");
    requireNonNull(memory, "memory");
    gpus = List.copyOf(gpus);
    meters = List.copyOf(meters);
    probes = List.copyOf(probes);
  }

  /** The same description, with one more report. */
  public NodeDescription withProbe(ProbeReport probe) {
    List<ProbeReport> all = new ArrayList<>(probes);
    all.add(probe);
    return new NodeDescription(node, boot, at, board, cpu, memory, gpus, meters, all);
  }
}
