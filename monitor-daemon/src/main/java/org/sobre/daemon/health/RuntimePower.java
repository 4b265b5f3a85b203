package org.sobre.daemon.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * Whether the kernel has put a card to sleep: {@code power/runtime_status} (the kernel's
 * Documentation/ABI/testing/sysfs-devices-power). Reading it does not wake the card.
 */
final class RuntimePower {

  private RuntimePower() {}

  static Path device(SysRoot machine, PciAddress address) {
    return machine.sys().resolve("bus/pci/devices").resolve(address.toString());
  }

  static boolean isSuspended(SysRoot machine, PciAddress address) {
    try {
      Path file = device(machine, address).resolve("power/runtime_status");
      return Files.readString(file).strip().equals("suspended");
    } catch (IOException e) {
      // a card without the file, or no card: who asks it finds out
      return false;
    }
  }
}
