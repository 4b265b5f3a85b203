package org.sobre.hardware.gpu.amd;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/** Where a card's sensors are. */
public final class AmdHwmon {

  private AmdHwmon() {}

  /**
   * {@code hwmon/hwmonN/power1_average} of the card, else its {@code power1_input}, both in
   * microwatts; N changes from boot to boot. Looked for and not opened: reading it may wake a
   * suspended card. A card may have neither: radeon has none, nor do old chips.
   *
   * <p>Empty for an APU too: its power is that of the whole socket, processor cores included, which
   * the CPU package's meter counts (the kernel's documentation of amdgpu's hwmon). It is known by
   * {@code in1_label}, the northbridge's voltage, which amdgpu has for APUs only; not for MI300A.
   */
  public static Optional<Path> powerFile(SysRoot root, PciAddress address) {
    Path hwmon = monitors(root, address);
    try (DirectoryStream<Path> monitors = Files.newDirectoryStream(hwmon, "hwmon[0-9]*")) {
      for (Path monitor : monitors) {
        if (Files.exists(monitor.resolve("in1_label"))) {
          return Optional.empty();
        }
        for (String name : new String[] {"power1_average", "power1_input"}) {
          if (Files.exists(monitor.resolve(name))) {
            return Optional.of(monitor.resolve(name));
          }
        }
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
  }

  /**
   * {@code temp1_input} of the card, in thousandths of a degree Celsius: the chip's edge, or the
   * hottest place of the chip ({@code temp2_input}, the junction) where it has no such sensor, as
   * MI300. Not opened, as the power.
   */
  public static Optional<Path> temperatureFile(SysRoot root, PciAddress address) {
    Path hwmon = monitors(root, address);
    try (DirectoryStream<Path> monitors = Files.newDirectoryStream(hwmon, "hwmon[0-9]*")) {
      for (Path monitor : monitors) {
        for (String name : new String[] {"temp1_input", "temp2_input"}) {
          if (Files.exists(monitor.resolve(name))) {
            return Optional.of(monitor.resolve(name));
          }
        }
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
  }

  private static Path monitors(SysRoot root, PciAddress address) {
    return root.sys().resolve("bus/pci/devices").resolve(address.toString()).resolve("hwmon");
  }
}
