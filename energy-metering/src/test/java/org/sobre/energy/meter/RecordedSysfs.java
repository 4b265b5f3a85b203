package org.sobre.energy.meter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.PciAddress;

/** Recorded cards of the amdgpu driver, laid out as the kernel does. */
final class RecordedSysfs {

  private static final Pattern LINE = Pattern.compile("card\\d+/device/([^:]+):(.*)");
  private static final String SLOT = "PCI_SLOT_NAME=";

  private final Path root;

  RecordedSysfs(Path root) {
    this.root = root;
  }

  /**
   * @param recording {@code rx6900xt}
   * @return where the card sits
   */
  PciAddress add(String recording) {
    List<String> lines = lines(recording + "_sysfs_dump.txt");
    PciAddress address =
        lines.stream()
            .filter(line -> line.contains(SLOT))
            .map(line -> line.substring(line.indexOf(SLOT) + SLOT.length()))
            .flatMap(slot -> PciAddress.parse(slot).stream())
            .findFirst()
            .orElseThrow();
    for (String line : lines) {
      Matcher m = LINE.matcher(line);
      if (m.matches()) {
        append(address, m.group(1), m.group(2));
      }
    }
    return address;
  }

  Path device(PciAddress address) {
    return root.resolve("sys/bus/pci/devices").resolve(address.toString());
  }

  /** Files of several lines have a line each in the recording. */
  private void append(PciAddress address, String file, String line) {
    Path path = device(address).resolve(file);
    try {
      Files.createDirectories(path.getParent());
      String before = Files.exists(path) ? Files.readString(path) : "";
      Files.writeString(path, before + line + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(String resource) {
    try (InputStream in = RecordedSysfs.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(in, resource).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
