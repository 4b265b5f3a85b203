package org.sobre.energy.meter;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
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
 * A card that is open in NVIDIA's library, and what of it can be asked: of numbers that no card can
 * have it is as if it had not told them. For the thread of its {@link NvmlSession}.
 */
final class NvmlCard {

  private static final long MICROWATTS_IN_A_MILLIWATT = 1_000;

  /** No chip works any more that is hotter. */
  private static final int HOTTEST_CELSIUS = 200;

  /**
   * What such a module's counter adds up is the module, its processor included (Zeus, pull request
   * 172): the processor's own meter counts that part already.
   */
  private static final String WITH_A_PROCESSOR = "GH200";

  private interface Call<T> {
    T ask(NvmlLibrary library, long handle) throws NvmlException;
  }

  private final long handle;
  private final boolean countsMore;
  private final PlausiblePower plausible;

  /** What the card or its driver does not have is not asked each second. */
  private final Set<String> lacks = new HashSet<>();

  private NvmlCard(long handle, boolean countsMore, PlausiblePower plausible) {
    this.handle = handle;
    this.countsMore = countsMore;
    this.plausible = plausible;
  }

  /**
   * Opens the card at an address.
   *
   * @throws NvmlException also if there is another card by now: the driver was loaded anew
   */
  static NvmlCard attach(
      NvmlLibrary open, PciAddress address, String uuid, PlausiblePower plausible)
      throws NvmlException {
    long handle = open.deviceAt(address);
    if (!open.uuid(handle).equals(uuid)) {
      throw new NvmlException(NvmlStatus.NOT_FOUND, "another card at " + address);
    }
    NvmlCard card = new NvmlCard(handle, open.name(handle).contains(WITH_A_PROCESSOR), plausible);
    if (plausible.wantsLimit()) {
      card.ask(open, "limit", NvmlLibrary::defaultLimitMilliwatts)
          .measured()
          .flatMap(milliwatts -> power(OptionalLong.of(milliwatts)).measured())
          .ifPresent(plausible::ownLimit);
    }
    return card;
  }

  /**
   * One look.
   *
   * @throws NvmlException if the library as a whole fails
   */
  NvmlReading read(NvmlLibrary open, UptimeClock clock) throws NvmlException {
    Reading<Long> counter =
        countsMore
            ? Reading.unavailable(Reason.NOT_SUPPORTED, "it counts the processor too")
            : ask(open, "energy", NvmlLibrary::totalEnergyMillijoules);
    Reading<NvmlPower> powers = ask(open, "powers", NvmlLibrary::power);
    Reading<Power> average = judged(powers.measured().map(NvmlPower::averageMilliwatts));
    Reading<Power> drawn = judged(powers.measured().map(NvmlPower::instantMilliwatts));
    if (isNotSupported(average) && isNotSupported(drawn)) {
      drawn = usage(open);
    }
    long nanos = clock.nanosSinceBoot();
    Reading<Integer> busy = ask(open, "use", NvmlLibrary::busyPercent);
    Reading<Long> memory = ask(open, "memory", NvmlLibrary::memoryUsedBytes);
    Reading<Integer> celsius = ask(open, "temperature", NvmlLibrary::celsius);
    return new NvmlReading(
        nanos,
        counter,
        average,
        drawn,
        upTo(100, busy),
        mebibytes(memory),
        upTo(HOTTEST_CELSIUS, celsius));
  }

  /**
   * @param milliwatts empty where no power was told at all
   */
  private Reading<Power> judged(Optional<OptionalLong> milliwatts) {
    return milliwatts
        .map(told -> plausible.judge(power(told)))
        .orElseGet(() -> power(OptionalLong.empty()));
  }

  /** The one power that older drivers tell. */
  private Reading<Power> usage(NvmlLibrary open) throws NvmlException {
    return ask(open, "power", NvmlLibrary::powerUsageMilliwatts)
        .match(
            milliwatts -> plausible.judge(power(OptionalLong.of(milliwatts))),
            none -> Reading.unavailable(none.reason(), none.detail()));
  }

  /** All ones is NVML_VALUE_NOT_AVAILABLE: of that card alone. */
  private static OptionalLong mebibytes(Reading<Long> memory) {
    return memory
        .measured()
        .filter(bytes -> bytes >= 0)
        .map(bytes -> OptionalLong.of(new MemorySize(bytes).mebibytes()))
        .orElseGet(OptionalLong::empty);
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

  /** What fails says so, and nothing else of the card is lost by it. */
  private <T> Reading<T> ask(NvmlLibrary open, String what, Call<T> call) throws NvmlException {
    if (lacks.contains(what)) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "the card or its driver does not tell it");
    }
    try {
      return Reading.of(call.ask(open, handle));
    } catch (NvmlException e) {
      if (e.status().isOfLibrary()) {
        throw e;
      }
      if (e.status().isForGood()) {
        lacks.add(what);
      }
      return Reading.unavailable(e.status().reason(), e.getMessage());
    }
  }
}
