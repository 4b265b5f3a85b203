package org.sobre.energy.meter;

import java.util.HashMap;
import java.util.Map;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * Makes the meter of a node's AMD cards, and remembers for the next one whose energy counter was
 * found right or wrong.
 */
public final class AmdgpuMeters {

  private final SysRoot root;
  private final UptimeClock clock;
  private final MetersConfig config;
  private final Map<String, CounterTrust> trusts = new HashMap<>();

  public AmdgpuMeters(SysRoot root, UptimeClock clock, MetersConfig config) {
    this.root = root;
    this.clock = clock;
    this.config = config;
  }

  /**
   * @param cards where each is on the PCI bus, by the id by which the ledger knows it
   * @param powers what they can draw
   */
  public AmdgpuHwmonMeter start(Map<String, PciAddress> cards, PlausiblePowers powers) {
    return AmdgpuHwmonMeter.of(root, clock, config, cards, powers, trusts);
  }
}
