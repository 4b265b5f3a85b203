package org.sobre.hardware.gpu.amd;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sobre.hardware.probe.ToolText;

/**
 * The names that the distribution knows: libdrm's {@code amdgpu.ids}, where amd-smi takes its
 * market names from, and {@code pci.ids}, rocm-smi's source. A file that is not installed knows
 * none.
 */
final class AmdNames {

  /** Debian's, and that of AMD's own driver packages. */
  private static final List<String> AMDGPU_IDS =
      List.of("usr/share/libdrm/amdgpu.ids", "opt/amdgpu/share/libdrm/amdgpu.ids");

  private static final List<String> PCI_IDS =
      List.of("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids");

  private final KernelFiles root;

  /**
   * @param root the root directory of the machine
   */
  AmdNames(KernelFiles root) {
    this.root = root;
  }

  /**
   * {@code AMD Instinct MI210}: by the device and its revision, since one device id serves several
   * products.
   *
   * @param deviceId four lower case hex digits
   * @param revision two lower case hex digits
   */
  Optional<String> ofProduct(String deviceId, String revision) {
    return AMDGPU_IDS.stream()
        .flatMap(file -> text(file).flatMap(ids -> inAmdgpuIds(ids, deviceId, revision)).stream())
        .findFirst();
  }

  /** {@code Aldebaran/MI200 [Instinct MI210]}: by the device alone. */
  Optional<String> ofDevice(String deviceId) {
    return PCI_IDS.stream()
        .flatMap(file -> text(file).flatMap(ids -> inPciIds(ids, deviceId)).stream())
        .findFirst();
  }

  /** Lines of {@code 740F,\t02,\tAMD Instinct MI210}. */
  static Optional<String> inAmdgpuIds(String ids, String deviceId, String revision) {
    return ids.lines()
        .map(line -> line.split(",", 3))
        .filter(
            columns ->
                columns.length == 3
                    && columns[0].strip().equalsIgnoreCase(deviceId)
                    && columns[1].strip().equalsIgnoreCase(revision))
        .map(columns -> ToolText.printable(columns[2]))
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  /** Under AMD's vendor line {@code 1002 …}, lines of {@code \t740f Aldebaran/MI200 […]}. */
  static Optional<String> inPciIds(String ids, String deviceId) {
    String prefix = "\t" + deviceId.toLowerCase(Locale.ROOT) + "  ";
    return ids.lines()
        .dropWhile(line -> !line.startsWith("1002 "))
        .skip(1)
        .takeWhile(line -> line.isEmpty() || line.startsWith("\t") || line.startsWith("#"))
        .filter(line -> line.startsWith(prefix))
        .map(line -> ToolText.printable(line.substring(prefix.length())))
        .filter(name -> !name.isEmpty())
        .findFirst();
  }

  private Optional<String> text(String name) {
    return root.read(name).measured();
  }
}
