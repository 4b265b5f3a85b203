package org.sobre.hardware.gpu.amd;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.Locality;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** A card of which only a tool's word is there. */
final class ToldCards {

  private ToldCards() {}

  /**
   * @param cards the tool's devices at this place, one or the parts of one card
   * @param remark said of a card without fault
   */
  static Gpu gpu(PciAddress address, List<AmdToolCard> cards, String remark) {
    AmdToolCard card = cards.stream().reduce(AmdToolCard::completedBy).orElseThrow();
    Optional<String> id =
        card.uniqueId().isEmpty() && UnknownPlace.isOne(address)
            ? Optional.empty()
            : Optional.of(AmdDeviceId.of(card.uniqueId(), address));
    Gpu gpu =
        new Gpu(
            0,
            GpuVendor.AMD,
            model(card),
            card.fault().isPresent() ? Optional.empty() : id,
            address,
            Optional.empty(),
            reading(largest(cards)),
            reading(card.memoryFree()),
            card.fault().map(AmdFault::state).orElse(GpuState.OK),
            card.fault().map(AmdFault::text).or(() -> Optional.of(remark)),
            card.gfx().flatMap(AmdArchitecture::of),
            Optional.empty(),
            card.driver(),
            false);
    Gpu placed = gpu.placed(new Locality(card.numaNode(), Optional.empty()), peers(address, card));
    return AmdPartitions.are(cards, List.of(), AmdPartition.NONE)
        ? placed.split(
            new AmdPartitions(gpu.uuid(), card.partition().compute(), AmdHost.RECORDED)
                .of(List.of(), cards))
        : placed;
  }

  /** A name for people, of whatever the tool tells. */
  private static String model(AmdToolCard card) {
    return card.model().or(() -> card.deviceId().map(id -> "AMD GPU 1002:" + id)).orElse("AMD GPU");
  }

  /**
   * The whole card's, which most tools print for each part, and amd-smi of ROCm 7.0 for the first.
   */
  private static Optional<MemorySize> largest(List<AmdToolCard> cards) {
    return cards.stream()
        .flatMap(card -> card.memoryTotal().stream())
        .max(Comparator.naturalOrder());
  }

  /** Its links to other cards; those between parts of one card are none. */
  static Map<PciAddress, Integer> peers(PciAddress address, AmdToolCard card) {
    Map<PciAddress, Integer> peers = new TreeMap<>(card.links());
    peers.keySet().removeIf(peer -> ToldPackages.whole(peer).equals(ToldPackages.whole(address)));
    return peers;
  }

  static Reading<MemorySize> reading(Optional<MemorySize> memory) {
    return memory
        .map(Reading::of)
        .orElseGet(
            () -> Reading.unavailable(Reason.NOT_SUPPORTED, "neither driver nor tool tells"));
  }
}
