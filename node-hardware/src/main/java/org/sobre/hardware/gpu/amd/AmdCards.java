package org.sobre.hardware.gpu.amd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.DoubleCards;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolText;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** Joins what the bus, the kernel's files and a tool say of each card. */
final class AmdCards {

  private static final String NO_DRIVER = "no kernel driver is bound to it";
  private static final Optional<String> AMDGPU = Optional.of("amdgpu");

  /**
   * Of chips before GCN: it shows pictures, computes nothing and tells no memory. No runtime counts
   * its cards, no meter reads them: they have no id.
   */
  private static final Optional<String> RADEON = Optional.of("radeon");

  private final Map<PciDisplay, AmdSysfs> found;
  private final AmdToolAnswer answer;
  private final KfdTopology kfd;
  private final AmdNames names;
  private final SysRoot root;
  private final Map<PciAddress, List<AmdToolCard>> told;

  AmdCards(
      Map<PciDisplay, AmdSysfs> found,
      AmdToolAnswer answer,
      KfdTopology kfd,
      AmdNames names,
      SysRoot root) {
    this.found = new LinkedHashMap<>(found);
    this.answer = answer;
    this.kfd = kfd;
    this.names = names;
    this.root = root;
    this.told = ToldPackages.place(answer.cards(), found.keySet());
  }

  List<Gpu> gpus() {
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    found.forEach((display, sysfs) -> gpus.put(display.address(), onBus(display, sysfs)));
    told.forEach(
        (address, cards) -> gpus.computeIfAbsent(address, at -> toldOnly(at, cards.get(0))));
    DoubleCards.refuse(gpus);
    return new ArrayList<>(gpus.values());
  }

  private Gpu onBus(PciDisplay display, AmdSysfs sysfs) {
    List<AmdToolCard> cards = told.getOrDefault(display.address(), List.of());
    Optional<AmdToolCard> card = cards.stream().findFirst();
    Optional<KfdTopology.Node> node = kfd.at(display.address());
    Optional<String> driver = display.driver().or(sysfs::driver);
    Optional<Fault> fault = fault(driver, cards.isEmpty(), sysfs);
    Optional<Path> device = device(sysfs);
    return new Gpu(
        0,
        GpuVendor.AMD,
        model(display, sysfs, card),
        fault.isPresent() || driver.equals(RADEON)
            ? Optional.empty()
            : id(display.address(), sysfs, node, card),
        display.address(),
        device,
        total(sysfs, card),
        free(sysfs, card),
        fault.map(Fault::state).orElse(GpuState.OK),
        fault.map(Fault::text).or(() -> remark(driver, sysfs, device)),
        node.flatMap(KfdTopology.Node::gfx)
            .or(() -> card.flatMap(AmdToolCard::gfx))
            .flatMap(AmdArchitecture::of),
        Optional.empty(),
        driver.equals(AMDGPU) ? driverVersion(card) : Optional.empty(),
        sysfs.partitioned() || partitioned(cards));
  }

  private record Fault(GpuState state, String text) {}

  private Optional<Fault> fault(Optional<String> driver, boolean silent, AmdSysfs sysfs) {
    if (sysfs.offBus()) {
      return lost("its PCI configuration reads as all ones: it has fallen off the bus");
    }
    if (driver.equals(RADEON)) {
      return Optional.empty();
    }
    if (!driver.equals(AMDGPU)) {
      String bound = driver.map(name -> "bound to the kernel driver " + name).orElse(NO_DRIVER);
      return unreadable(bound + ", expected amdgpu; see: dmesg | grep -i amdgpu");
    }
    if (answer.hung().isPresent()) {
      return unreadable(answer.hung().get());
    }
    // a device without an address may be this one
    boolean located = answer.cards().stream().allMatch(card -> card.address().isPresent());
    return answer.tool().isPresent() && silent && located
        ? lost(
            "the PCI bus shows it, " + answer.tool().get() + " answers for others and not for it")
        : Optional.empty();
  }

  private static Optional<Fault> lost(String text) {
    return Optional.of(new Fault(GpuState.LOST, text));
  }

  private static Optional<Fault> unreadable(String text) {
    return Optional.of(new Fault(GpuState.UNREADABLE, text));
  }

  private Gpu toldOnly(PciAddress address, AmdToolCard card) {
    String why = "the PCI bus could not be read, so its device file is not known";
    return new Gpu(
        0,
        GpuVendor.AMD,
        card.model().or(() -> card.deviceId().map(id -> "AMD GPU 1002:" + id)).orElse("AMD GPU"),
        Optional.of(AmdDeviceId.of(card.uniqueId(), address)),
        address,
        Optional.empty(),
        reading(card.memoryTotal()),
        reading(card.memoryFree()),
        found.isEmpty() ? GpuState.OK : GpuState.UNREADABLE,
        Optional.of(found.isEmpty() ? why : "the PCI bus does not show it"),
        card.gfx().flatMap(AmdArchitecture::of),
        Optional.empty(),
        card.driver(),
        partitioned(told.getOrDefault(address, List.of())));
  }

  private static boolean partitioned(List<AmdToolCard> cards) {
    return cards.size() > 1 || cards.stream().anyMatch(AmdToolCard::partitioned);
  }

  private String model(PciDisplay display, AmdSysfs sysfs, Optional<AmdToolCard> card) {
    String id = ToldPackages.deviceId(display);
    return sysfs
        .revision()
        .flatMap(revision -> names.ofProduct(id, revision))
        .or(() -> card.flatMap(AmdToolCard::model))
        .or(sysfs::productName)
        .or(() -> names.ofDevice(id))
        .orElse("AMD GPU " + display.deviceId());
  }

  /**
   * The kernel decides, so that the same card has the same id whichever tool is there. A number
   * that it has and would not tell now leaves the card without an id rather than with another.
   */
  private Optional<String> id(
      PciAddress address,
      AmdSysfs sysfs,
      Optional<KfdTopology.Node> node,
      Optional<AmdToolCard> card) {
    Optional<String> number =
        sysfs.uniqueId().measured().or(() -> node.flatMap(KfdTopology.Node::uniqueId));
    boolean none =
        sysfs.uniqueId().match(there -> false, missing -> missing.reason() == Reason.NOT_SUPPORTED);
    if (number.isEmpty() && !none) {
      number = card.flatMap(AmdToolCard::uniqueId);
      if (number.isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(AmdDeviceId.of(number, address));
  }

  private Optional<Path> device(AmdSysfs sysfs) {
    return sysfs
        .renderNode()
        .filter(node -> Files.exists(root.dev().resolve("dri").resolve(node.getFileName())));
  }

  private static Optional<String> remark(
      Optional<String> driver, AmdSysfs sysfs, Optional<Path> device) {
    if (driver.equals(RADEON)) {
      return Optional.of("the kernel driver radeon serves no computing and tells no memory");
    }
    if (device.isEmpty()) {
      return Optional.of(
          sysfs
              .renderNode()
              .map(node -> "expected the device file " + node + ", found none")
              .orElse("the kernel names no render node of it in drm/"));
    }
    return sysfs.suspended()
        ? Optional.of("suspended, and not woken to be asked")
        : Optional.empty();
  }

  private static Reading<MemorySize> total(AmdSysfs sysfs, Optional<AmdToolCard> card) {
    return sysfs.memoryTotal().measured().isPresent()
        ? sysfs.memoryTotal()
        : card.flatMap(AmdToolCard::memoryTotal).map(Reading::of).orElse(sysfs.memoryTotal());
  }

  private static Reading<MemorySize> free(AmdSysfs sysfs, Optional<AmdToolCard> card) {
    Optional<MemorySize> rest =
        sysfs
            .memoryTotal()
            .measured()
            .flatMap(
                total ->
                    sysfs
                        .memoryUsed()
                        .measured()
                        .filter(used -> used.compareTo(total) <= 0)
                        .map(used -> new MemorySize(total.bytes() - used.bytes())));
    return reading(rest.or(() -> card.flatMap(AmdToolCard::memoryFree)));
  }

  private static Reading<MemorySize> reading(Optional<MemorySize> memory) {
    return memory
        .map(Reading::of)
        .orElseGet(
            () -> Reading.unavailable(Reason.NOT_SUPPORTED, "neither driver nor tool tells"));
  }

  /** AMD's own driver packages have a version; the kernel's driver has the kernel's. */
  private Optional<String> driverVersion(Optional<AmdToolCard> card) {
    return line(root.sys().resolve("module/amdgpu/version"))
        .or(() -> card.flatMap(AmdToolCard::driver))
        .or(() -> line(root.proc().resolve("sys/kernel/osrelease")));
  }

  private static Optional<String> line(Path file) {
    try {
      return Optional.of(ToolText.printable(Files.readString(file))).filter(t -> !t.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
