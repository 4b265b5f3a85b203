package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * What the kernel says of one card in {@code /sys/bus/pci/devices/ADDRESS}. Only files that the
 * driver answers from its memory are read, so that a suspended card sleeps on: amdgpu's {@code
 * mem_info_vram_*} and {@code unique_id} take no power reference (amdgpu_vram_mgr.c, amdgpu_pm.c),
 * where {@code gpu_busy_percent} and hwmon do.
 *
 * @param driver bound kernel driver
 * @param uniqueId as {@link AmdDeviceId#uniqueId} spells it; not supported on chips before GFX9,
 *     and refused while the card is reset
 * @param productName of boards that have one in their EEPROM
 * @param revision two lower case hex digits
 * @param renderNode {@code /dev/dri/renderD128}, whether or not it is there
 * @param suspended whether the card sleeps
 * @param offBus whether its PCI configuration reads as all ones, which is what a bus answers for a
 *     device that is gone; not looked at while it sleeps
 * @param partitioned in another compute partition mode than SPX
 */
record AmdSysfs(
    Optional<String> driver,
    Reading<MemorySize> memoryTotal,
    Reading<MemorySize> memoryUsed,
    Reading<String> uniqueId,
    Optional<String> productName,
    Optional<String> revision,
    Optional<Path> renderNode,
    boolean suspended,
    boolean offBus,
    boolean partitioned) {

  private static final Pattern RENDER_NODE = Pattern.compile("renderD[0-9]{1,5}");

  AmdSysfs {
    requireNonNull(driver, "driver");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryUsed, "memoryUsed");
    requireNonNull(uniqueId, "uniqueId");
    requireNonNull(productName, "productName");
    requireNonNull(revision, "revision");
    requireNonNull(renderNode, "renderNode");
  }

  static AmdSysfs of(SysRoot root, PciAddress address) {
    Path device = root.sys().resolve("bus/pci/devices").resolve(address.toString());
    boolean suspended = text(device, "power/runtime_status").equals(Optional.of("suspended"));
    return new AmdSysfs(
        driver(device),
        memory(device, "mem_info_vram_total"),
        memory(device, "mem_info_vram_used"),
        uniqueId(device),
        text(device, "product_name").filter(name -> AmdText.model(name).isPresent()),
        text(device, "revision").flatMap(AmdSysfs::revision),
        first(device.resolve("drm"), RENDER_NODE)
            .map(name -> Path.of("/dev/dri").resolve(name.getFileName())),
        suspended,
        !suspended && isOffBus(device.resolve("config")),
        !suspended
            && text(device, "current_compute_partition")
                .filter(mode -> mode.matches("[DTQC]PX"))
                .isPresent());
  }

  /** Vendor and device are the first four bytes; no vendor has the number ffff. */
  private static boolean isOffBus(Path config) {
    try (InputStream in = Files.newInputStream(config)) {
      return Arrays.equals(in.readNBytes(4), new byte[] {-1, -1, -1, -1});
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<String> driver(Path device) {
    return reading(device, "uevent")
        .measured()
        .flatMap(
            text ->
                text.lines()
                    .filter(line -> line.startsWith("DRIVER="))
                    .map(line -> line.substring("DRIVER=".length()).strip())
                    .filter(name -> !name.isEmpty())
                    .findFirst());
  }

  private static Reading<MemorySize> memory(Path device, String name) {
    return reading(device, name)
        .match(
            text ->
                text.strip().matches("[0-9]{1,18}")
                    ? Reading.of(new MemorySize(Long.parseLong(text.strip())))
                    : Reading.unavailable(
                        Reason.FAILED,
                        name + ": expected a number of bytes, found " + text.strip()),
            missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  private static Reading<String> uniqueId(Path device) {
    return reading(device, "unique_id")
        .match(
            text ->
                AmdDeviceId.uniqueId(text)
                    .map(Reading::of)
                    .orElseGet(
                        () ->
                            Reading.unavailable(Reason.NOT_SUPPORTED, "the card has no unique id")),
            missing -> missing);
  }

  private static Optional<String> revision(String text) {
    return text.matches("0x[0-9a-f]{2}") ? Optional.of(text.substring(2)) : Optional.empty();
  }

  /** A text that is there, readable and not empty. */
  private static Optional<String> text(Path device, String name) {
    return reading(device, name)
        .measured()
        .map(ToolText::printable)
        .filter(text -> !text.isEmpty());
  }

  private static Reading<String> reading(Path device, String name) {
    try {
      return Reading.of(Files.readString(device.resolve(name)));
    } catch (NoSuchFileException e) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "the driver has no file " + name);
    } catch (AccessDeniedException e) {
      return Reading.unavailable(Reason.NO_PERMISSION, "no permission to read " + name);
    } catch (IOException e) {
      return Reading.unavailable(Reason.FAILED, name + ": " + e.getMessage());
    }
  }

  private static Optional<Path> first(Path directory, Pattern name) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (name.matcher(String.valueOf(entry.getFileName())).matches()) {
          found.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
    return found.stream().min(Comparator.naturalOrder());
  }
}
