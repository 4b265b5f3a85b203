package org.sobre.hardware.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.amd.AmdDiscovery;
import org.sobre.hardware.gpu.nvidia.NvidiaDiscovery;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The GPUs of every vendor: the PCI bus says how many, the vendors' tools say what they are. The
 * vendors are asked at the same time, so that two hanging tools cost one deadline, and one of them
 * takes nothing from the other's cards.
 */
final class GpuScan {

  /** For a tool killed at the deadline to go; less than what {@link NodeScan} grants in all. */
  private static final Duration SLACK = Duration.ofMillis(700);

  private final SysRoot root;
  private final NvidiaDiscovery nvidia;
  private final AmdDiscovery amd;
  private final Executor executor;

  GpuScan(SysRoot root, ToolRunner runner, DiscoveryConfig config, Executor executor) {
    this.root = root;
    this.nvidia = new NvidiaDiscovery(runner, config.nvidiaSmi(), root, executor);
    this.amd = new AmdDiscovery(runner, config.amdSmi(), config.rocmSmi(), root);
    this.executor = executor;
  }

  GpuInventory scan(Duration deadline) {
    PciScan bus = PciScan.of(root);
    boolean busRead = bus.report().outcome() == Outcome.OK;
    Duration left = deadline.minus(bus.report().took());
    List<PciDisplay> nvidias = bus.of(GpuVendor.NVIDIA);
    List<PciDisplay> amds = bus.of(GpuVendor.AMD);
    TimedProbe<GpuInventory> askedNvidia =
        TimedProbe.start("nvidia", executor, () -> nvidia.discover(nvidias, left));
    TimedProbe<GpuInventory> askedAmd =
        TimedProbe.start("amd", executor, () -> amd.discover(amds, busRead, left));
    GpuInventory fromNvidia = answer(askedNvidia, nvidias, left);
    GpuInventory fromAmd = answer(askedAmd, amds, left);

    List<Gpu> gpus = new ArrayList<>(fromNvidia.gpus());
    gpus.addAll(fromAmd.gpus());
    List<ProbeReport> probes = new ArrayList<>(List.of(bus.report()));
    probes.addAll(fromNvidia.probes());
    probes.addAll(fromAmd.probes());
    return GpuInventory.inPciOrder(gpus, probes);
  }

  /** A vendor whose kernel files hang gives no answer at all; its cards stay listed. */
  private static GpuInventory answer(
      TimedProbe<GpuInventory> asked, List<PciDisplay> displays, Duration left) {
    TimedProbe.Answer<GpuInventory> answer = asked.await(left.plus(SLACK));
    return answer
        .value()
        .orElseGet(
            () ->
                GpuInventory.inPciOrder(
                    displays.stream()
                        .map(display -> silent(display, answer.report().detail().orElse("")))
                        .toList(),
                    List.of(answer.report())));
  }

  private static Gpu silent(PciDisplay display, String why) {
    String vendor = display.vendor().jsonName();
    return new Gpu(
        0,
        display.vendor(),
        vendor.toUpperCase(Locale.ROOT) + " GPU " + display.deviceId(),
        Optional.empty(),
        display.address(),
        Optional.empty(),
        Reading.unavailable(Reason.TIMED_OUT, why),
        Reading.unavailable(Reason.TIMED_OUT, why),
        GpuState.UNREADABLE,
        Optional.of("what the kernel knows of " + vendor + "'s cards " + why),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
