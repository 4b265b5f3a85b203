package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.units.PciAddress;

/** The kernel's files of a card that it may put to sleep. */
final class SleepingCard {

  static final PciAddress ADDRESS = new PciAddress(0, 0x17, 0, 0);

  private final Path power;

  SleepingCard(Path root) throws IOException {
    this(root, ADDRESS);
  }

  SleepingCard(Path root, PciAddress address) throws IOException {
    power = root.resolve("sys/bus/pci/devices").resolve(address.toString()).resolve("power");
    Files.createDirectories(power);
    control("auto");
    status("active");
  }

  /**
   * @param word {@code auto}: it may sleep; {@code on}: it may not
   */
  void control(String word) throws IOException {
    Files.writeString(power.resolve("control"), word + "\n");
  }

  /**
   * @param word {@code active}, {@code suspended}
   */
  void status(String word) throws IOException {
    Files.writeString(power.resolve("runtime_status"), word + "\n");
  }
}
