package org.sobre.energy.meter;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlException;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlLibrary;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlPower;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlStatus;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * NVIDIA's library, and the cards that are open in it. Only a card that is to be read is opened; as
 * the library cannot close one alone, all are closed, and the others opened anew, when one is to be
 * let go of: the energy counters run on meanwhile. For one thread, on which every call may hang.
 */
final class NvmlSession {

  private static final Logger LOG = LoggerFactory.getLogger(NvmlSession.class);

  private static final long MICROWATTS_IN_A_MILLIWATT = 1_000;

  /** No chip works any more that is hotter. */
  private static final int HOTTEST_CELSIUS = 200;

  /**
   * What such a module's counter adds up is the module, its processor included (Zeus, pull request
   * 172): the processor's own meter counts that part already.
   */
  private static final String WITH_A_PROCESSOR = "GH200";

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

  private static final class Device {
    final long handle;
    final boolean countsMore;
    final PlausiblePower plausible;

    /** What the card or its driver does not have is not asked each second. */
    final Set<String> lacks = new HashSet<>();

    Device(long handle, boolean countsMore, PlausiblePower plausible) {
      this.handle = handle;
      this.countsMore = countsMore;
      this.plausible = plausible;
    }
  }

  private interface Call<T> {
    T ask(NvmlLibrary library, long handle) throws NvmlException;
  }

  private final Supplier<Reading<NvmlLibrary>> opener;
  private final Map<String, PciAddress> cards;
  private final PlausiblePowers powers;
  private final UptimeClock clock;
  private final Map<String, Device> devices = new HashMap<>();
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
      if (!wanted.containsAll(devices.keySet())) {
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
    devices.clear();
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
      Device device = devices.get(uuid);
      if (device == null) {
        device = attach(open, uuid);
        devices.put(uuid, device);
      }
      return read(open, device);
    } catch (NvmlException e) {
      if (e.status().isOfLibrary()) {
        throw e;
      }
      if (e.status() == NvmlStatus.INVALID_ARGUMENT) {
        devices.remove(uuid);
      }
      return NvmlReading.without(clock.nanosSinceBoot(), e.status().reason(), e.getMessage());
    }
  }

  /** At its address there may be another card since: the driver was loaded anew. */
  private Device attach(NvmlLibrary open, String uuid) throws NvmlException {
    PciAddress address = cards.get(uuid);
    if (address == null) {
      throw new NvmlException(NvmlStatus.NOT_FOUND, "no card " + uuid);
    }
    long handle = open.deviceAt(address);
    if (!open.uuid(handle).equals(uuid)) {
      throw new NvmlException(NvmlStatus.NOT_FOUND, "another card at " + address);
    }
    Device device =
        new Device(handle, open.name(handle).contains(WITH_A_PROCESSOR), powers.of(uuid));
    if (device.plausible.wantsLimit()) {
      ask(open, device, "limit", NvmlLibrary::defaultLimitMilliwatts)
          .measured()
          .flatMap(milliwatts -> power(OptionalLong.of(milliwatts)).measured())
          .ifPresent(device.plausible::ownLimit);
    }
    return device;
  }

  private NvmlReading read(NvmlLibrary open, Device device) throws NvmlException {
    Reading<Long> counter =
        device.countsMore
            ? Reading.unavailable(Reason.NOT_SUPPORTED, "it counts the processor too")
            : ask(open, device, "energy", NvmlLibrary::totalEnergyMillijoules);
    Reading<NvmlPower> powers = ask(open, device, "powers", NvmlLibrary::power);
    Reading<Power> average =
        powers
            .measured()
            .map(told -> device.plausible.judge(power(told.averageMilliwatts())))
            .orElseGet(() -> power(OptionalLong.empty()));
    Reading<Power> drawn =
        powers
            .measured()
            .map(told -> device.plausible.judge(power(told.instantMilliwatts())))
            .orElseGet(() -> power(OptionalLong.empty()));
    if (isNotSupported(average) && isNotSupported(drawn)) {
      drawn =
          ask(open, device, "power", NvmlLibrary::powerUsageMilliwatts)
              .match(
                  milliwatts -> device.plausible.judge(power(OptionalLong.of(milliwatts))),
                  none -> Reading.unavailable(none.reason(), none.detail()));
    }
    long nanos = clock.nanosSinceBoot();
    Reading<Integer> busy = ask(open, device, "use", NvmlLibrary::busyPercent);
    Reading<Long> memory = ask(open, device, "memory", NvmlLibrary::memoryUsedBytes);
    Reading<Integer> celsius = ask(open, device, "temperature", NvmlLibrary::celsius);
    return new NvmlReading(
        nanos,
        counter,
        average,
        drawn,
        upTo(100, busy),
        memory
            .measured()
            // all ones is NVML_VALUE_NOT_AVAILABLE: of that card alone
            .filter(bytes -> bytes >= 0)
            .map(bytes -> OptionalLong.of(new MemorySize(bytes).mebibytes()))
            .orElseGet(OptionalLong::empty),
        upTo(HOTTEST_CELSIUS, celsius));
  }

  private static OptionalInt upTo(int most, Reading<Integer> told) {
    return told.measured()
        .filter(number -> number >= 0 && number <= most)
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }

  private static boolean isNotSupported(Reading<Power> power) {
    return power.match(told -> false, missing -> missing.reason() == Reason.NOT_SUPPORTED);
  }

  private static Reading<Power> power(OptionalLong milliwatts) {
    if (milliwatts.isEmpty()) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "the driver does not tell it");
    }
    long told = milliwatts.getAsLong();
    return told < 0 || told > Long.MAX_VALUE / MICROWATTS_IN_A_MILLIWATT
        ? Reading.unavailable(Reason.FAILED, "no card draws " + told + " mW")
        : Reading.of(new Power(told * MICROWATTS_IN_A_MILLIWATT));
  }

  /** Of a card: what fails says so, and nothing else of the card is lost by it. */
  private static <T> Reading<T> ask(NvmlLibrary open, Device device, String what, Call<T> call)
      throws NvmlException {
    if (device.lacks.contains(what)) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "the card or its driver does not tell it");
    }
    try {
      return Reading.of(call.ask(open, device.handle));
    } catch (NvmlException e) {
      if (e.status().isOfLibrary()) {
        throw e;
      }
      if (e.status().isForGood()) {
        device.lacks.add(what);
      }
      return Reading.unavailable(e.status().reason(), e.getMessage());
    }
  }
}
