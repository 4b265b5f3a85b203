package org.sobre.jobs.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.probe.SysRoot;

/** A tree with the files of the amdgpu driver that a survey needs. */
final class AmdFiles {

  private final Path root;

  AmdFiles(Path root) {
    this.root = root;
  }

  SysRoot root() {
    return new SysRoot(root);
  }

  /**
   * @param uniqueId as the driver prints it; empty for a card that has none
   */
  AmdFiles card(String address, String uniqueId, long totalMebibytes, long usedMebibytes) {
    put(address, "vendor", "0x1002");
    put(address, "device", "0x740f");
    put(address, "class", "0x038000");
    put(address, "uevent", "DRIVER=amdgpu\nPCI_SLOT_NAME=" + address);
    put(address, "mem_info_vram_total", String.valueOf(totalMebibytes << 20));
    put(address, "mem_info_vram_used", String.valueOf(usedMebibytes << 20));
    if (!uniqueId.isEmpty()) {
      put(address, "unique_id", uniqueId);
    }
    return this;
  }

  void put(String address, String file, String text) {
    Path device = root.resolve("sys/bus/pci/devices").resolve(address);
    try {
      Files.createDirectories(device);
      Files.writeString(device.resolve(file), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
