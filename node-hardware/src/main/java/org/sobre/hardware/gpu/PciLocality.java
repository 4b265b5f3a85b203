package org.sobre.hardware.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.CpuList;
import org.sobre.hardware.units.PciAddress;

/**
 * Reads where a PCI device sits from {@code /sys/bus/pci/devices/ADDRESS}, for the cards of every
 * vendor (Linux Documentation/ABI/testing/sysfs-bus-pci).
 */
public final class PciLocality {

  private PciLocality() {}

  /** What is not there, or is -1, is not known. */
  public static Locality of(SysRoot root, PciAddress address) {
    Path device = root.sys().resolve("bus/pci/devices/" + address);
    return parse(text(device.resolve("numa_node")), text(device.resolve("local_cpulist")));
  }

  /** The contents of the two files; an empty text where there is none. */
  public static Locality parse(String numaNode, String localCpuList) {
    return new Locality(
        numaNode.matches("\\d{1,4}")
            ? OptionalInt.of(Integer.parseInt(numaNode))
            : OptionalInt.empty(),
        Optional.of(localCpuList).filter(list -> list.length() < 10_000).flatMap(CpuList::parse));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
