package org.sobre.hardware.gpu;

import org.sobre.hardware.units.PciAddress;

/**
 * Stands for the address of a card of which a tool's output does not tell where it sits: in a PCI
 * domain that no machine has, so that such a card is listed and cannot be mistaken for one of a
 * bus. A card of this machine has one only where the bus shows none of its vendor.
 */
public final class UnknownPlace {

  /** Linux numbers domains from 0, and in 16 bits for hot-plugged buses of a hypervisor. */
  private static final long DOMAIN = 0xffff_ffffL;

  private static final int DEVICES = 32;
  private static final int PLACES = 256 * DEVICES;

  private UnknownPlace() {}

  /**
   * @param number of the card among those without a place, from 0; over 8191 they repeat
   */
  public static PciAddress of(int number) {
    int place = Math.floorMod(number, PLACES);
    return new PciAddress(DOMAIN, place / DEVICES, place % DEVICES, 0);
  }

  /** Whether an address is one of these, and tells nothing. */
  public static boolean isOne(PciAddress address) {
    return address.domain() == DOMAIN;
  }
}
