package org.sobre.hardware.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.probe.SysRoot;

/** Builds the kernel's trees of a small machine under a directory of a test. */
public final class MachineTree {

  private final Path root;

  /** A machine with a name and a boot, an empty PCI bus and no meter. */
  public MachineTree(Path root) throws IOException {
    this.root = root;
    write("proc/sys/kernel/hostname", "n042.cluster.example\n");
    write("proc/sys/kernel/random/boot_id", "5f0c1c1e-0000-4000-8000-000000000001\n");
    Files.createDirectories(root.resolve("sys/bus/pci/devices"));
    Files.createDirectories(root.resolve("dev"));
  }

  public SysRoot sysRoot() {
    return new SysRoot(root);
  }

  /**
   * @param code class code as sysfs prints it: {@code 0x030000}
   */
  public MachineTree pci(String address, String vendor, String device, String code)
      throws IOException {
    write("sys/bus/pci/devices/" + address + "/vendor", vendor + "\n");
    write("sys/bus/pci/devices/" + address + "/device", device + "\n");
    write("sys/bus/pci/devices/" + address + "/class", code + "\n");
    return this;
  }

  public MachineTree driver(String address, String driver) throws IOException {
    Files.createSymbolicLink(
        root.resolve("sys/bus/pci/devices/" + address + "/driver"),
        Path.of("../../../bus/pci/drivers/" + driver));
    return this;
  }

  public MachineTree device(String name) throws IOException {
    write("dev/" + name, "");
    return this;
  }

  public MachineTree zone(String zone, String name, long rangeMicrojoules) throws IOException {
    write("sys/class/powercap/" + zone + "/name", name + "\n");
    write("sys/class/powercap/" + zone + "/max_energy_range_uj", rangeMicrojoules + "\n");
    write("sys/class/powercap/" + zone + "/energy_uj", "123456\n");
    return this;
  }

  /** Any file, by its path below the root. */
  public MachineTree file(String path, String text) throws IOException {
    write(path, text);
    return this;
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
