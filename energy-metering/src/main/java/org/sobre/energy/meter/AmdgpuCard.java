package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.gpu.RuntimePower;
import org.sobre.hardware.gpu.amd.AmdHwmon;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * One card in the tree of the amdgpu driver: {@code /sys/bus/pci/devices/ADDRESS}. The names and
 * units are those of the kernel's documentation of amdgpu's hwmon interface: powers in microwatts,
 * memory in bytes.
 *
 * <p>A power of 0 is none: so the driver answers for the second die of an MI200 module, whose power
 * is in the first one's (aldebaran_ppt.c), and a card that is awake draws some. Firmware that does
 * not know says 65 535 W, all ones: {@link PlausiblePower}.
 *
 * <p>A card that sleeps ({@code power/runtime_status}) is left alone: the question would wake it.
 * One whose power is not its own has no power file: {@link AmdHwmon#powerFile}.
 */
final class AmdgpuCard {

  /** No chip works any more that is hotter; all ones are no temperature. */
  private static final long HOTTEST_THOUSANDTHS = 200_000;

  private final SysRoot root;
  private final PciAddress address;
  private final Path device;
  private final PlausiblePower plausible;
  private volatile boolean tellsEnergy = true;

  AmdgpuCard(SysRoot root, PciAddress address, PlausiblePower plausible) {
    this.root = root;
    this.address = address;
    this.device = RuntimePower.device(root, address);
    this.plausible = plausible;
  }

  /** Reads the files; may take as long as the card's firmware takes to answer. */
  AmdgpuReading read(UptimeClock clock) {
    Reading<Power> power = power();
    Reading<Long> counter =
        power.match(told -> counter(), none -> Reading.unavailable(none.reason(), none.detail()));
    long nanos = clock.nanosSinceBoot();
    return power.match(
        told -> new AmdgpuReading(nanos, counter, power, busyPercent(), memoryUsed(), celsius()),
        missing -> AmdgpuReading.without(nanos, missing.reason(), missing.detail()));
  }

  private Reading<Power> power() {
    if (!Files.isDirectory(device)) {
      return Reading.unavailable(Reason.NOT_PRESENT, device.toString());
    }
    if (RuntimePower.isSuspended(root, address)) {
      return Reading.unavailable(Reason.SUSPENDED, device.toString());
    }
    Optional<Path> file = AmdHwmon.powerFile(root, address);
    if (file.isEmpty()) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "no power of its own at " + device);
    }
    learnLimit(file.get());
    return number(file.get())
        .match(
            microwatts -> power(file.get(), microwatts),
            missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  private Reading<Power> power(Path file, long microwatts) {
    return microwatts == 0
        ? Reading.unavailable(Reason.NOT_SUPPORTED, file + ": 0")
        : plausible.judge(Reading.of(new Power(microwatts)));
  }

  private void learnLimit(Path powerFile) {
    if (plausible.wantsLimit()) {
      number(powerFile.resolveSibling("power1_cap_default"))
          .measured()
          .map(Power::new)
          .ifPresent(plausible::ownLimit);
    }
  }

  /** What a card does not have is not asked each second. */
  private Reading<Long> counter() {
    if (!tellsEnergy) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "no energy counter");
    }
    Reading<Long> told;
    try {
      told = GpuMetrics.energyMicrojoules(Files.readAllBytes(device.resolve("gpu_metrics")));
    } catch (NoSuchFileException e) {
      told = Reading.unavailable(Reason.NOT_SUPPORTED, "no gpu_metrics");
    } catch (IOException e) {
      told = Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
    }
    tellsEnergy = told.match(any -> true, none -> none.reason() != Reason.NOT_SUPPORTED);
    return told;
  }

  private OptionalInt busyPercent() {
    return number(device.resolve("gpu_busy_percent"))
        .measured()
        .filter(percent -> percent <= 100)
        .map(percent -> OptionalInt.of(percent.intValue()))
        .orElseGet(OptionalInt::empty);
  }

  private OptionalLong memoryUsed() {
    return number(device.resolve("mem_info_vram_used"))
        .measured()
        .map(bytes -> OptionalLong.of(new MemorySize(bytes).mebibytes()))
        .orElseGet(OptionalLong::empty);
  }

  private OptionalInt celsius() {
    return AmdHwmon.temperatureFile(root, address)
        .flatMap(file -> number(file).measured())
        .filter(thousandths -> thousandths <= HOTTEST_THOUSANDTHS)
        .map(thousandths -> OptionalInt.of((int) (thousandths / 1_000)))
        .orElseGet(OptionalInt::empty);
  }

  /** A whole number, not negative. */
  private static Reading<Long> number(Path file) {
    return text(file)
        .match(
            found -> {
              try {
                long value = Long.parseLong(found);
                return value < 0 ? Reading.unavailable(Reason.FAILED, found) : Reading.of(value);
              } catch (NumberFormatException e) {
                return Reading.<Long>unavailable(Reason.FAILED, file + ": " + found);
              }
            },
            missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  private static Reading<String> text(Path file) {
    try {
      return Reading.of(Files.readString(file).strip());
    } catch (AccessDeniedException e) {
      return Reading.unavailable(Reason.NO_PERMISSION, file.toString());
    } catch (NoSuchFileException e) {
      return Reading.unavailable(Reason.NOT_PRESENT, file.toString());
    } catch (IOException e) {
      return Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
