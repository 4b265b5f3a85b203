package org.sobre.hardware.gpu.amd;

import java.io.IOException;
import java.util.List;
import org.sobre.hardware.node.MachineTree;

/** AMD cards in the kernel's trees of a test. */
public final class AmdTree {

  private final MachineTree tree;

  public AmdTree(MachineTree tree) {
    this.tree = tree;
  }

  /** A card run by amdgpu, with a render node, and no more than that. */
  public AmdTree card(String address, String device, int minor) throws IOException {
    String render = "renderD" + minor;
    tree.pci(address, "0x1002", "0x" + device, "0x030000")
        .file("sys/bus/pci/devices/" + address + "/uevent", "DRIVER=amdgpu\nPCI_CLASS=30000\n")
        .file("sys/bus/pci/devices/" + address + "/drm/" + render + "/dev", "226:" + minor + "\n")
        .device("dri/" + render);
    return this;
  }

  /**
   * @param name below the card's directory
   */
  public AmdTree file(String address, String name, String text) throws IOException {
    tree.file("sys/bus/pci/devices/" + address + "/" + name, text);
    return this;
  }

  /**
   * The files of a dump as {@code grep -r "" .} prints them, {@code card0/device/NAME:LINE}, at its
   * own PCI_SLOT_NAME. LACT's snapshots of some cards lack vendor, device and class; uevent has
   * them all.
   *
   * @return the card's address
   */
  public String dump(String recording, int minor) throws IOException {
    List<String> lines = AmdRecordings.read(recording).lines().toList();
    String address = field(lines, "PCI_SLOT_NAME=");
    String[] id = field(lines, "PCI_ID=").split(":", 2);
    card(address, id[1].toLowerCase(java.util.Locale.ROOT), minor);
    for (String name :
        List.of(
            "uevent",
            "mem_info_vram_total",
            "mem_info_vram_used",
            "unique_id",
            "product_name",
            "revision",
            "power/runtime_status")) {
      copy(lines, "device/" + name + ":", address, name);
    }
    for (String line : lines) {
      if (line.matches("card\\d+/device/hwmon/hwmon\\d+/power1_(average|input):.*")) {
        String[] file = line.split("/device/|:", 3);
        file(address, file[1], file[2] + "\n");
      }
      if (line.startsWith("kfd/topology/nodes/")) {
        String path = line.substring(0, line.indexOf(':'));
        tree.file("sys/class/kfd/" + path, content(lines, path + ":"));
      }
    }
    return address;
  }

  private void copy(List<String> lines, String marker, String address, String name)
      throws IOException {
    if (lines.stream().anyMatch(line -> line.contains(marker))) {
      file(address, name, content(lines, marker));
    }
  }

  private static String content(List<String> lines, String marker) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      int at = line.indexOf(marker);
      if (at >= 0 && line.indexOf(':') == at + marker.length() - 1) {
        text.append(line.substring(at + marker.length())).append('\n');
      }
    }
    return text.toString();
  }

  private static String field(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.contains("device/uevent:" + key))
        .map(line -> line.substring(line.indexOf(key) + key.length()).strip())
        .findFirst()
        .orElseThrow();
  }
}
