package org.sobre.hardware.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * Whether the kernel puts a card to sleep, and whether it has: {@code power/control} and {@code
 * power/runtime_status} (the kernel's Documentation/ABI/testing/sysfs-devices-power). Reading them
 * does not wake the card.
 */
public final class RuntimePower {

  private RuntimePower() {}

  /** The card's directory in the kernel's tree. */
  public static Path device(SysRoot machine, PciAddress address) {
    return machine.sys().resolve("bus/pci/devices").resolve(address.toString());
  }

  public static boolean isSuspended(SysRoot machine, PciAddress address) {
    return says(machine, address, "runtime_status", "suspended");
  }

  /** Whether it may be put to sleep as soon as nobody has it open. */
  public static boolean maySleep(SysRoot machine, PciAddress address) {
    return says(machine, address, "control", "auto");
  }

  private static boolean says(SysRoot machine, PciAddress address, String file, String word) {
    try {
      Path path = device(machine, address).resolve("power").resolve(file);
      return Files.readString(path).strip().equals(word);
    } catch (IOException e) {
      // a card without the file, or no card: who asks it finds out
      return false;
    }
  }
}
