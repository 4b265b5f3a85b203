package org.sobre.hardware.gpu.amd;

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
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** Joins what the bus, the kernel's files and a tool say of each card. */
final class AmdCards {

  private final Map<PciDisplay, AmdSysfs> found;
  private final AmdToolAnswer answer;
  private final KfdTopology kfd;
  private final AmdNames names;
  private final AmdHost host;
  private final Map<PciAddress, List<AmdToolCard>> told;

  AmdCards(
      Map<PciDisplay, AmdSysfs> found,
      AmdToolAnswer answer,
      KfdTopology kfd,
      AmdNames names,
      AmdHost host) {
    this.found = new LinkedHashMap<>(found);
    this.answer = answer;
    this.kfd = kfd;
    this.names = names;
    this.host = host;
    this.told =
        ToldPackages.place(
            found.isEmpty() ? UnplacedCards.placed(answer.cards()) : answer.cards(),
            found.keySet());
  }

  List<Gpu> gpus() {
    Map<PciAddress, Gpu> gpus = new LinkedHashMap<>();
    found.forEach((display, sysfs) -> gpus.put(display.address(), onBus(display, sysfs)));
    told.forEach(
        (address, cards) ->
            gpus.computeIfAbsent(
                address,
                at ->
                    found.isEmpty()
                        ? ToldCards.gpu(
                            at,
                            cards,
                            "the PCI bus does not tell of it, so its device file is not known")
                        : ToldCards.gpu(at, cards, "").unreadable("the PCI bus does not show it")));
    DoubleCards.refuse(gpus);
    return new ArrayList<>(gpus.values());
  }

  private Gpu onBus(PciDisplay display, AmdSysfs sysfs) {
    List<AmdToolCard> cards = told.getOrDefault(display.address(), List.of());
    List<KfdTopology.Node> nodes = kfd.at(display.address());
    Optional<AmdToolCard> card = cards.stream().findFirst();
    Gpu gpu =
        whole(display, sysfs, nodes, card, new AmdStates(display, sysfs, nodes, answer, host));
    Map<PciAddress, Integer> links = kfd.linksOf(display.address());
    Gpu placed =
        gpu.placed(
            sysfs.locality(),
            links.isEmpty()
                ? card.map(one -> ToldCards.peers(display.address(), one)).orElse(Map.of())
                : links);
    return AmdPartitions.are(cards, nodes, sysfs.partition())
        ? placed.split(new AmdPartitions(gpu.uuid(), mode(sysfs, cards), host).of(nodes, cards))
        : placed;
  }

  private Gpu whole(
      PciDisplay display,
      AmdSysfs sysfs,
      List<KfdTopology.Node> nodes,
      Optional<AmdToolCard> card,
      AmdStates states) {
    Optional<AmdFault> fault = states.fault(card);
    Optional<Path> device = states.device();
    return new Gpu(
        0,
        GpuVendor.AMD,
        model(display, sysfs, card),
        fault.isPresent() || states.isRadeon()
            ? Optional.empty()
            : id(display.address(), sysfs, nodes, card),
        display.address(),
        device,
        total(sysfs, card),
        free(sysfs, card),
        fault.map(AmdFault::state).orElse(GpuState.OK),
        fault.map(AmdFault::text).or(states::remark),
        nodes.stream()
            .flatMap(node -> node.gfx().stream())
            .findFirst()
            .or(() -> card.flatMap(AmdToolCard::gfx))
            .flatMap(AmdArchitecture::of),
        Optional.empty(),
        states.isAmdgpu() ? host.driverVersion(card) : Optional.empty(),
        false);
  }

  private static Optional<String> mode(AmdSysfs sysfs, List<AmdToolCard> cards) {
    return sysfs
        .partition()
        .compute()
        .or(() -> cards.stream().flatMap(c -> c.partition().compute().stream()).findFirst());
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
  private static Optional<String> id(
      PciAddress address,
      AmdSysfs sysfs,
      List<KfdTopology.Node> nodes,
      Optional<AmdToolCard> card) {
    Optional<String> number =
        sysfs
            .uniqueId()
            .measured()
            .or(() -> nodes.stream().flatMap(node -> node.uniqueId().stream()).findFirst());
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
    return ToldCards.reading(rest.or(() -> card.flatMap(AmdToolCard::memoryFree)));
  }
}
