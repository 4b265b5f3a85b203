package org.sobre.hardware.gpu;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * Reads {@code /sys/bus/pci/devices}: how many GPUs there should be, whatever their drivers say.
 *
 * @param displays NVIDIA's and AMD's functions that are GPUs by their class, in bus order
 */
public record PciScan(List<PciDisplay> displays, ProbeReport report) {

  /**
   * Of the PCI code and ID assignment: base class 03 are VGA, 3D and other display controllers;
   * 1200, processing accelerators, is how AMD's MI300 presents itself.
   */
  private static final List<String> GPU_CLASSES = List.of("0x03", "0x1200");

  /** A virtual function (SR-IOV) has this link to the card it is a slice of, on the host alone. */
  private static final String OF_ANOTHER = "physfn";

  private static final Map<String, GpuVendor> VENDORS =
      Map.of("0x10de", GpuVendor.NVIDIA, "0x1002", GpuVendor.AMD);

  public PciScan {
    displays = List.copyOf(displays);
  }

  public static PciScan of(SysRoot root) {
    long begin = System.nanoTime();
    Path devices = root.sys().resolve("bus/pci/devices");
    if (!Files.isDirectory(devices)) {
      return new PciScan(
          List.of(), report(Outcome.ABSENT, begin, Optional.of("no /sys/bus/pci/devices here")));
    }
    List<PciDisplay> displays = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(devices)) {
      for (Path entry : entries) {
        display(entry).ifPresent(displays::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return new PciScan(
          displays, report(Outcome.FAILED, begin, Optional.of(String.valueOf(e.getMessage()))));
    }
    displays.sort(Comparator.comparing(PciDisplay::address));
    return new PciScan(displays, report(Outcome.OK, begin, Optional.empty()));
  }

  /** The functions of one vendor. */
  public List<PciDisplay> of(GpuVendor vendor) {
    return displays.stream().filter(display -> display.vendor() == vendor).toList();
  }

  private static ProbeReport report(Outcome outcome, long begin, Optional<String> detail) {
    return new ProbeReport("pci", outcome, Duration.ofNanos(System.nanoTime() - begin), detail);
  }

  /** What the function at an address says it is; empty if there is none or it cannot be read. */
  public static Optional<PciId> idOf(SysRoot root, PciAddress address) {
    Path entry = root.sys().resolve("bus/pci/devices").resolve(address.toString());
    try {
      String vendor = attribute(entry, "vendor").orElse("").replaceFirst("^0x", "");
      String device = attribute(entry, "device").orElse("").replaceFirst("^0x", "");
      Optional<String> revision = attribute(entry, "revision").map(text -> ":" + text.substring(2));
      return PciId.parse(vendor + ":" + device + revision.orElse(""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A device that vanishes while it is read, or that is no GPU, is not listed. */
  private static Optional<PciDisplay> display(Path entry) {
    try {
      return read(entry);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<PciDisplay> read(Path entry) throws IOException {
    Optional<PciAddress> address = PciAddress.parse(entry.getFileName().toString());
    Optional<GpuVendor> vendor = attribute(entry, "vendor").map(VENDORS::get);
    if (address.isEmpty()
        || vendor.isEmpty()
        || Files.exists(entry.resolve(OF_ANOTHER))
        || GPU_CLASSES.stream().noneMatch(attribute(entry, "class").orElse("")::startsWith)) {
      return Optional.empty();
    }
    String id =
        attribute(entry, "vendor").orElse("").substring(2)
            + ":"
            + attribute(entry, "device").orElse("0x?").substring(2);
    return Optional.of(new PciDisplay(address.get(), vendor.get(), id, driver(entry)));
  }

  private static Optional<String> attribute(Path entry, String name) throws IOException {
    Path file = entry.resolve(name);
    return Files.exists(file)
        ? Optional.of(Files.readString(file).strip()).filter(text -> text.startsWith("0x"))
        : Optional.empty();
  }

  private static Optional<String> driver(Path entry) throws IOException {
    Path link = entry.resolve("driver");
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link).getFileName().toString())
        : Optional.empty();
  }
}
