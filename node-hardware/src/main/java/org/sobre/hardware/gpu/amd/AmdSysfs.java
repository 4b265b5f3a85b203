package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.gpu.PciLocality;
import org.sobre.hardware.probe.SysRoot;
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
 * @param partition its modes; not looked at while it sleeps
 * @param locality of the PCI core's {@code numa_node} and {@code local_cpulist}
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
    AmdPartition partition,
    Locality locality) {

  private static final Pattern RENDER_NODE = Pattern.compile("renderD[0-9]{1,5}");

  AmdSysfs {
    requireNonNull(driver, "driver");
    requireNonNull(memoryTotal, "memoryTotal");
    requireNonNull(memoryUsed, "memoryUsed");
    requireNonNull(uniqueId, "uniqueId");
    requireNonNull(productName, "productName");
    requireNonNull(revision, "revision");
    requireNonNull(renderNode, "renderNode");
    requireNonNull(partition, "partition");
    requireNonNull(locality, "locality");
  }

  static AmdSysfs of(SysRoot root, PciAddress address) {
    return of(KernelFiles.in(root.sys().resolve("bus/pci/devices").resolve(address.toString())));
  }

  /**
   * @param device the files of the card's directory
   */
  static AmdSysfs of(KernelFiles device) {
    boolean suspended = device.text("power/runtime_status").equals(Optional.of("suspended"));
    return new AmdSysfs(
        field(device, "DRIVER"),
        memory(device, "mem_info_vram_total"),
        memory(device, "mem_info_vram_used"),
        uniqueId(device),
        device.text("product_name").filter(name -> AmdText.model(name).isPresent()),
        device.text("revision").flatMap(AmdSysfs::revision),
        renderNode(device),
        suspended,
        !suspended && isOffBus(device),
        suspended ? AmdPartition.NONE : partition(device),
        PciLocality.parse(
            device.text("numa_node").orElse(""), device.text("local_cpulist").orElse("")));
  }

  /** Of {@code uevent}, what stands behind {@code KEY=}. */
  static Optional<String> field(KernelFiles device, String key) {
    return device
        .read("uevent")
        .measured()
        .flatMap(
            text ->
                text.lines()
                    .filter(line -> line.startsWith(key + "="))
                    .map(line -> line.substring(key.length() + 1).strip())
                    .filter(name -> !name.isEmpty())
                    .findFirst());
  }

  private static Optional<Path> renderNode(KernelFiles device) {
    return device.names("drm").stream()
        .filter(name -> RENDER_NODE.matcher(name).matches())
        .map(name -> Path.of("/dev/dri").resolve(name))
        .findFirst();
  }

  /** Vendor and device are the first four bytes; no vendor has the number ffff. */
  private static boolean isOffBus(KernelFiles device) {
    return Arrays.equals(device.head("config", 4), new byte[] {-1, -1, -1, -1});
  }

  private static AmdPartition partition(KernelFiles device) {
    return AmdPartition.of(
        OptionalInt.empty(),
        device.text("current_compute_partition").orElse("")
            + " "
            + device.text("current_memory_partition").orElse(""));
  }

  private static Reading<MemorySize> memory(KernelFiles device, String name) {
    return device
        .read(name)
        .match(
            text ->
                text.strip().matches("[0-9]{1,18}")
                    ? Reading.of(new MemorySize(Long.parseLong(text.strip())))
                    : Reading.unavailable(
                        Reason.FAILED,
                        name + ": expected a number of bytes, found " + text.strip()),
            missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  private static Reading<String> uniqueId(KernelFiles device) {
    return device
        .read("unique_id")
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
}
