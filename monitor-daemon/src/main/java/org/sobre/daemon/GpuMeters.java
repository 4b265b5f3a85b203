package org.sobre.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.energy.meter.AmdgpuHwmonMeter;
import org.sobre.energy.meter.Meter;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.NvidiaPowerMeter;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.energy.occupancy.GpuProcesses;
import org.sobre.energy.occupancy.KfdProcesses;
import org.sobre.energy.occupancy.NvidiaComputeApps;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.PublishedGpu;

/**
 * What is read of a node's GPUs: for the cards of each vendor that it has, one meter and one source
 * of processes.
 *
 * @param nvidiaSmi the program, or where it is
 */
record GpuMeters(SysRoot machine, String nvidiaSmi, UptimeClock clock, MetersConfig config)
    implements NodeMeters.GpuReaders {

  /**
   * @param gpus that can be metered: a card without a device id is left out
   */
  @Override
  public List<Meter> meters(List<PublishedGpu> gpus) {
    List<Meter> meters = new ArrayList<>();
    Map<String, PciAddress> nvidia = ofVendor(GpuVendor.NVIDIA, gpus);
    if (!nvidia.isEmpty()) {
      meters.add(
          NvidiaPowerMeter.start(
              new CommonsExecToolRunner(), nvidiaSmi, clock, config, nvidia.keySet()));
    }
    Map<String, PciAddress> amd = ofVendor(GpuVendor.AMD, gpus);
    if (!amd.isEmpty()) {
      meters.add(AmdgpuHwmonMeter.of(machine, clock, config, amd));
    }
    return meters;
  }

  @Override
  public List<GpuProcesses> processes(List<PublishedGpu> gpus) {
    List<GpuProcesses> sources = new ArrayList<>();
    if (!ofVendor(GpuVendor.NVIDIA, gpus).isEmpty()) {
      sources.add(NvidiaComputeApps.start(nvidiaSmi, clock));
    }
    Map<PciAddress, String> amd = new HashMap<>();
    ofVendor(GpuVendor.AMD, gpus).forEach((device, address) -> amd.put(address, device));
    if (!amd.isEmpty()) {
      sources.add(new KfdProcesses(machine, clock, amd));
    }
    return sources;
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
