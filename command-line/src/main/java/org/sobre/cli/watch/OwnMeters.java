package org.sobre.cli.watch;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.energy.meter.AmdgpuHwmonMeter;
import org.sobre.energy.meter.KernelUptimeClock;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.NvidiaPowerMeter;
import org.sobre.energy.meter.PlausiblePowers;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.energy.meter.SleepingCards;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;

/** This machine's meters, opened for the live view of one who has no daemon to ask. */
public final class OwnMeters {

  /** A counter needs two readings, a tool its start. */
  private static final Duration FIRST_READINGS = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private OwnMeters() {}

  /**
   * Discovers the GPUs, starts their tools, and waits for what they say first, five seconds at
   * most.
   *
   * @throws IOException if the machine itself cannot be read
   */
  public static MeterWatch open(DiscoveryConfig discovery, MetersConfig config) throws IOException {
    SysRoot machine = SysRoot.machine();
    UptimeClock clock = new KernelUptimeClock(machine, Clock.systemUTC());
    NodeDescription node = NodeScan.ofThisMachine(discovery).scan();
    Map<String, PciAddress> nvidia = new HashMap<>();
    Map<String, PciAddress> amd = new HashMap<>();
    Map<String, Long> memory = new HashMap<>();
    Map<String, Integer> tdpWatts = new HashMap<>();
    for (Gpu gpu : node.gpus()) {
      if (gpu.state() == GpuState.OK && gpu.uuid().isPresent()) {
        String device = gpu.uuid().get();
        (gpu.vendor() == GpuVendor.AMD ? amd : nvidia).put(device, gpu.pciAddress());
        gpu.tdpWatts().ifPresent(watts -> tdpWatts.put(device, watts));
        gpu.memoryTotal()
            .measured()
            .map(MemorySize::mebibytes)
            .ifPresent(total -> memory.put(device, total));
      }
    }
    PlausiblePowers powers = new PlausiblePowers(tdpWatts);
    List<Meter> meters = new ArrayList<>();
    if (!nvidia.isEmpty()) {
      meters.add(
          NvidiaPowerMeter.start(
              new CommonsExecToolRunner(),
              discovery.nvidiaSmi(),
              clock,
              config,
              new SleepingCards(machine, clock, nvidia),
              powers));
    }
    if (!amd.isEmpty()) {
      meters.add(AmdgpuHwmonMeter.of(machine, clock, config, amd, powers));
    }
    meters.add(new PowercapMeter(machine, clock, config.longestInterval()));
    MeterWatch watch = new MeterWatch(node.node(), meters, memory, clock);
    awaitFirst(watch, clock);
    return watch;
  }

  private static void awaitFirst(MeterWatch watch, UptimeClock clock) {
    long giveUp = clock.nanosSinceBoot() + FIRST_READINGS.toNanos();
    try {
      do {
        watch.keepUp();
        Thread.sleep(LOOK_AGAIN.toMillis());
      } while (!watch.isComplete() && clock.nanosSinceBoot() < giveUp);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
