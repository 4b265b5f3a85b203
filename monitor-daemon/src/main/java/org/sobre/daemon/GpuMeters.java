package org.sobre.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.meter.AmdgpuMeters;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.NvidiaMeters;
import org.sobre.energy.meter.PlausiblePowers;
import org.sobre.energy.meter.SleepingCards;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.energy.occupancy.KfdProcesses;
import org.sobre.energy.occupancy.NvidiaComputeApps;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.PublishedGpu;

/**
 * What is read of a node's GPUs: for the cards of each vendor that it has, one meter and one source
 * of processes.
 */
final class GpuMeters implements NodeMeters.GpuReaders {

  private final SysRoot machine;
  private final String nvidiaSmi;
  private final UptimeClock clock;
  private final NvidiaMeters nvidiaMeters;
  private final AmdgpuMeters amdgpuMeters;
  private Optional<SleepingCards> nvidiaCards = Optional.empty();

  /**
   * @param nvidiaSmi the program, or where it is
   * @param distrusted cards whose energy counter an earlier daemon of this boot did not use
   */
  GpuMeters(
      SysRoot machine,
      String nvidiaSmi,
      UptimeClock clock,
      MetersConfig config,
      Set<String> distrusted) {
    this.machine = machine;
    this.nvidiaSmi = nvidiaSmi;
    this.clock = clock;
    this.nvidiaMeters = new NvidiaMeters(nvidiaSmi, clock, config, distrusted);
    this.amdgpuMeters = new AmdgpuMeters(machine, clock, config);
  }

  /**
   * @param gpus that can be metered: a card without a device id is left out
   */
  @Override
  public NodeMeters.OfGpus read(List<PublishedGpu> gpus) {
    List<Meter> meters = new ArrayList<>();
    List<GpuProcesses> processes = new ArrayList<>();
    PlausiblePowers powers = new PlausiblePowers(tdpWatts(gpus));
    Map<String, PciAddress> nvidia = ofVendor(GpuVendor.NVIDIA, gpus);
    nvidiaCards = Optional.empty();
    if (!nvidia.isEmpty()) {
      SleepingCards sleeping = new SleepingCards(machine, clock, nvidia);
      nvidiaCards = Optional.of(sleeping);
      meters.add(nvidiaMeters.start(nvidia, sleeping, powers));
      processes.add(NvidiaComputeApps.start(nvidiaSmi, clock, sleeping));
    }
    Map<String, PciAddress> amd = ofVendor(GpuVendor.AMD, gpus);
    if (!amd.isEmpty()) {
      meters.add(amdgpuMeters.start(amd, powers));
      Map<PciAddress, String> devices = new HashMap<>();
      amd.forEach((device, address) -> devices.put(address, device));
      processes.add(new KfdProcesses(machine, clock, devices));
    }
    return new NodeMeters.OfGpus(meters, processes);
  }

  @Override
  public void held(Set<String> devices) {
    nvidiaCards.ifPresent(cards -> cards.held(devices));
  }

  private static Map<String, Integer> tdpWatts(List<PublishedGpu> gpus) {
    Map<String, Integer> watts = new HashMap<>();
    for (PublishedGpu gpu : gpus) {
      if (gpu.device().isPresent() && gpu.tdpWatts().isPresent()) {
        watts.put(gpu.device().get(), gpu.tdpWatts().getAsInt());
      }
    }
    return watts;
  }

  private static Map<String, PciAddress> ofVendor(GpuVendor vendor, List<PublishedGpu> gpus) {
    Map<String, PciAddress> addresses = new HashMap<>();
    for (PublishedGpu gpu : gpus) {
      if (gpu.vendor() == vendor) {
        gpu.device().ifPresent(device -> addresses.put(device, gpu.pciAddress()));
      }
    }
    return addresses;
  }
}
