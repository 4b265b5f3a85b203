package org.sobre.hardware.gpu;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sobre.hardware.probe.ProbeReport;

/**
 * The GPUs of a node and how they were found.
 *
 * @param gpus in PCI order; {@code gpus.get(i).index() == i}
 * @param probes every tool or tree that was asked, with its outcome
 */
public record GpuInventory(List<Gpu> gpus, List<ProbeReport> probes) {

  /** Puts the GPUs in PCI order, whatever indexes they come with. */
  public static GpuInventory inPciOrder(List<Gpu> found, List<ProbeReport> probes) {
    List<Gpu> sorted = found.stream().sorted(Comparator.comparing(Gpu::pciAddress)).toList();
    return new GpuInventory(
        IntStream.range(0, sorted.size()).mapToObj(i -> sorted.get(i).withIndex(i)).toList(),
        probes);
  }

  public GpuInventory {
    gpus = List.copyOf(gpus);
    probes = List.copyOf(probes);
    for (int i = 0; i < gpus.size(); i++) {
      if (gpus.get(i).index() != i) {
        throw new IllegalArgumentException(
            "GPU at position " + i + " has index " + gpus.get(i).index());
      }
    }
  }
}
