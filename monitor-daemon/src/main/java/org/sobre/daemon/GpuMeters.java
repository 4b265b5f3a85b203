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
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.PublishedGpu;

/**
 * The meters of a node's GPUs: one for the cards of each vendor that it has.
 *
 * @param nvidiaSmi the program, or where it is
 */
record GpuMeters(SysRoot machine, String nvidiaSmi, UptimeClock clock, MetersConfig config) {

  /**
   * @param gpus that can be metered: a card without a device id is left out
   */
  List<Meter> of(List<PublishedGpu> gpus) {
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
