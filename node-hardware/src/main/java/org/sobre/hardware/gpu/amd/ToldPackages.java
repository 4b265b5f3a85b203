package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.units.PciAddress;

/**
 * Puts the devices of a tool's answer at the cards of the bus. A card in CPX mode answers as up to
 * eight devices, each with the power and the memory of the whole: they are one package, and adding
 * them would count it eight times.
 */
final class ToldPackages {

  private ToldPackages() {}

  /**
   * @param displays AMD's functions on the bus; empty where it cannot be read
   * @return by the address of the package; a device that cannot be placed is left out
   */
  static Map<PciAddress, List<AmdToolCard>> place(
      List<AmdToolCard> cards, Collection<PciDisplay> displays) {
    Map<PciAddress, List<AmdToolCard>> packages = new LinkedHashMap<>();
    for (AmdToolCard card : cards) {
      card.address()
          .map(address -> packageOf(address, card, cards, displays))
          .or(() -> onlyPlace(card, cards, displays))
          .ifPresent(at -> packages.computeIfAbsent(at, a -> new ArrayList<>()).add(card));
    }
    return packages;
  }

  /**
   * A partition may carry a function number of its own where the bus has only function 0; where the
   * bus is not known, it is one if the tool says so or tells the first function too.
   */
  private static PciAddress packageOf(
      PciAddress address,
      AmdToolCard card,
      List<AmdToolCard> cards,
      Collection<PciDisplay> displays) {
    PciAddress whole = whole(address);
    boolean wholeIsMeant =
        displays.isEmpty()
            ? card.partitioned()
                || cards.stream().anyMatch(other -> other.address().equals(Optional.of(whole)))
            : !isOnBus(address, displays) && isOnBus(whole, displays);
    return wholeIsMeant ? whole : address;
  }

  /** The first function of its device. */
  static PciAddress whole(PciAddress address) {
    return new PciAddress(address.domain(), address.bus(), address.device(), 0);
  }

  private static boolean isOnBus(PciAddress address, Collection<PciDisplay> displays) {
    return displays.stream().anyMatch(display -> display.address().equals(address));
  }

  /**
   * For a device whose address the tool keeps to itself: where it and one card of the bus are the
   * only ones with this device id.
   */
  private static Optional<PciAddress> onlyPlace(
      AmdToolCard card, List<AmdToolCard> cards, Collection<PciDisplay> displays) {
    List<PciDisplay> places =
        displays.stream()
            .filter(display -> card.deviceId().equals(Optional.of(deviceId(display))))
            .toList();
    long alike = cards.stream().filter(other -> other.deviceId().equals(card.deviceId())).count();
    return places.size() == 1 && alike == 1
        ? Optional.of(places.get(0).address())
        : Optional.empty();
  }

  /** {@code 740f} of {@code 1002:740f}. */
  static String deviceId(PciDisplay display) {
    String id = display.deviceId();
    return id.substring(id.indexOf(':') + 1);
  }
}
