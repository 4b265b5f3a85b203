package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.PciAddress;

/**
 * The AMD cards of a machine. The PCI bus says how many, the kernel's files say what each is as far
 * as it goes, and amd-smi, else rocm-smi, names it; a card never vanishes silently.
 */
public final class AmdDiscovery {

  private final AmdToolProbe probe;
  private final SysRoot root;

  /**
   * @param amdSmi program name or path
   * @param rocmSmi program name or path, asked where amd-smi gives no device
   */
  public AmdDiscovery(ToolRunner runner, String amdSmi, String rocmSmi, SysRoot root) {
    this.probe = new AmdToolProbe(runner, amdSmi, rocmSmi);
    this.root = requireNonNull(root, "root");
  }

  /**
   * @param displays AMD's functions on the bus
   * @param busRead whether the bus could be read, so that no function means no card: a tool that
   *     fails there has nothing to tell of this machine, and is as good as absent
   */
  public GpuInventory discover(List<PciDisplay> displays, boolean busRead, Duration deadline) {
    long begin = System.nanoTime();
    Map<PciDisplay, AmdSysfs> found = new LinkedHashMap<>();
    displays.forEach(display -> found.put(display, AmdSysfs.of(root, display.address())));
    List<PciAddress> asleep =
        found.entrySet().stream()
            .filter(entry -> entry.getValue().suspended())
            .map(entry -> entry.getKey().address())
            .toList();
    AmdToolAnswer answer =
        asleep.isEmpty()
            ? probe.ask(deadline.minusNanos(System.nanoTime() - begin))
            : notAsked(asleep.get(0));
    if (busRead && displays.isEmpty() && answer.cards().isEmpty()) {
      return new GpuInventory(
          List.of(), answer.probes().stream().map(AmdDiscovery::withoutCards).toList());
    }
    List<Gpu> gpus =
        new AmdCards(
                found,
                answer,
                KfdTopology.of(root),
                new AmdNames(KernelFiles.in(root.root())),
                AmdHost.of(root))
            .gpus();
    return GpuInventory.inPciOrder(gpus, answer.probes());
  }

  /** One that hangs is told of all the same: it would do so at each boot. */
  private static ProbeReport withoutCards(ProbeReport report) {
    return report.outcome() == Outcome.TIMED_OUT || report.outcome() == Outcome.ABSENT
        ? report
        : new ProbeReport(
            report.name(),
            Outcome.ABSENT,
            report.took(),
            Optional.of(
                "no AMD card on the bus" + report.detail().map(said -> "; " + said).orElse("")));
  }

  /** The tools open every card; the kernel's files are enough, and let it sleep. */
  private static AmdToolAnswer notAsked(PciAddress asleep) {
    return new AmdToolAnswer(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(
            new ProbeReport(
                "amd-smi",
                Outcome.OK,
                Duration.ZERO,
                Optional.of("not asked: it would wake " + asleep + ", which is suspended"))));
  }
}
