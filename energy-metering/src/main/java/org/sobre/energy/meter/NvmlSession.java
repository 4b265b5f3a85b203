package org.sobre.energy.meter;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlException;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlLibrary;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlStatus;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * NVIDIA's library, and the cards that are open in it. Only a card that is to be read is opened; as
 * the library cannot close one alone, all are closed, and the others opened anew, when one is to be
 * let go of: the energy counters run on meanwhile. For one thread, on which every call may hang.
 */
final class NvmlSession {

  private static final Logger LOG = LoggerFactory.getLogger(NvmlSession.class);

  /** The library cannot be used at all. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    UnusableException(Reason reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }

    Reason reason() {
      return reason;
    }
  }

  private final Supplier<Reading<NvmlLibrary>> opener;
  private final Map<String, PciAddress> cards;
  private final PlausiblePowers powers;
  private final UptimeClock clock;
  private final Map<String, NvmlCard> attached = new HashMap<>();
  private Optional<NvmlLibrary> library = Optional.empty();

  /**
   * @param cards by UUID
   * @param powers what they can draw
   */
  NvmlSession(
      Supplier<Reading<NvmlLibrary>> opener,
      Map<String, PciAddress> cards,
      PlausiblePowers powers,
      UptimeClock clock) {
    this.opener = opener;
    this.cards = Map.copyOf(cards);
    this.powers = powers;
    this.clock = clock;
  }

  /**
   * One look at each of these cards.
   *
   * @return by UUID
   * @throws UnusableException if no card can be asked; everything is given back then
   */
  Map<String, NvmlReading> look(Set<String> wanted) throws UnusableException {
    try {
      if (!wanted.containsAll(attached.keySet())) {
        end();
      }
      if (wanted.isEmpty()) {
        return Map.of();
      }
      NvmlLibrary open = open();
      Map<String, NvmlReading> readings = new TreeMap<>();
      for (String uuid : wanted) {
        readings.put(uuid, read(open, uuid));
      }
      return readings;
    } catch (NvmlException e) {
      end();
      throw new UnusableException(e.status().reason(), e.getMessage());
    }
  }

  /** Gives everything back. */
  void end() {
    attached.clear();
    library.ifPresent(
        open -> {
          try {
            open.shutdown();
          } catch (NvmlException e) {
            // of a driver that has gone; unloading the library gives back the rest
            LOG.info("{}", e.getMessage());
          }
          open.close();
        });
    library = Optional.empty();
  }

  private NvmlLibrary open() throws NvmlException, UnusableException {
    if (library.isPresent()) {
      return library.get();
    }
    Reading<NvmlLibrary> found = opener.get();
    if (found instanceof Reading.Unavailable<NvmlLibrary> none) {
      throw new UnusableException(none.reason(), none.detail());
    }
    NvmlLibrary opened = found.measured().orElseThrow();
    try {
      opened.init();
    } catch (NvmlException e) {
      opened.close();
      throw e;
    }
    library = Optional.of(opened);
    return opened;
  }

  /**
   * @throws NvmlException if the library as a whole fails
   */
  private NvmlReading read(NvmlLibrary open, String uuid) throws NvmlException {
    try {
      NvmlCard card = attached.get(uuid);
      if (card == null) {
        card = attach(open, uuid);
        attached.put(uuid, card);
      }
      return card.read(open, clock);
    } catch (NvmlException e) {
      if (e.status().isOfLibrary()) {
        throw e;
      }
      if (e.status() == NvmlStatus.INVALID_ARGUMENT) {
        attached.remove(uuid);
      }
      return NvmlReading.without(clock.nanosSinceBoot(), e.status().reason(), e.getMessage());
    }
  }

  private NvmlCard attach(NvmlLibrary open, String uuid) throws NvmlException {
    PciAddress address = cards.get(uuid);
    if (address == null) {
      throw new NvmlException(NvmlStatus.NOT_FOUND, "no card " + uuid);
    }
    return NvmlCard.attach(open, address, uuid, powers.of(uuid));
  }
}
