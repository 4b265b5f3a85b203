package org.sobre.hardware.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuInventory;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.nvidia.NvidiaDiscovery;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** The GPUs of every vendor: the PCI bus says how many, the vendors' tools say what they are. */
final class GpuScan {

  private static final String AMD_NOT_READ = "AMD cards are not read by this version of Sobre";

  private final SysRoot root;
  private final NvidiaDiscovery nvidia;

  GpuScan(SysRoot root, ToolRunner runner, DiscoveryConfig config) {
    this.root = root;
    this.nvidia = new NvidiaDiscovery(runner, config.nvidiaSmi(), root);
  }

  GpuInventory scan(Duration deadline) {
    PciScan bus = PciScan.of(root);
    GpuInventory fromNvidia =
        nvidia.discover(bus.of(GpuVendor.NVIDIA), deadline.minus(bus.report().took()));
    List<Gpu> gpus = new ArrayList<>(fromNvidia.gpus());
    bus.of(GpuVendor.AMD).forEach(display -> gpus.add(unreadAmd(display)));
    List<ProbeReport> probes = new ArrayList<>(List.of(bus.report()));
    probes.addAll(fromNvidia.probes());
    return GpuInventory.inPciOrder(gpus, probes);
  }

  private static Gpu unreadAmd(PciDisplay display) {
    return new Gpu(
        0,
        GpuVendor.AMD,
        "AMD GPU " + display.deviceId(),
        Optional.empty(),
        display.address(),
        Optional.empty(),
        Reading.unavailable(Reason.NOT_SUPPORTED, AMD_NOT_READ),
        Reading.unavailable(Reason.NOT_SUPPORTED, AMD_NOT_READ),
        GpuState.UNREADABLE,
        Optional.of(AMD_NOT_READ),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
