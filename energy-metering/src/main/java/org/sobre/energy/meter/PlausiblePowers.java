package org.sobre.energy.meter;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** How much each card of a node can draw. For any thread. */
public final class PlausiblePowers {

  private final Map<String, Integer> tdpWatts;
  private final Map<String, PlausiblePower> byDevice = new ConcurrentHashMap<>();

  /**
   * @param tdpWatts by the id by which the ledger knows the card, above 0; of cards of which it is
   *     published
   */
  public PlausiblePowers(Map<String, Integer> tdpWatts) {
    this.tdpWatts = Map.copyOf(tdpWatts);
  }

  /** The same for each call with this device. */
  PlausiblePower of(String device) {
    return byDevice.computeIfAbsent(device, this::made);
  }

  private PlausiblePower made(String device) {
    Integer watts = tdpWatts.get(device);
    return new PlausiblePower(device, watts == null ? OptionalInt.empty() : OptionalInt.of(watts));
  }
}
