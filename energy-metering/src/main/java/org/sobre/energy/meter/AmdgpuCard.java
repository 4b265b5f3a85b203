package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
 * is in the first one's (aldebaran_ppt.c), and a card that is awake draws some.
 *
 * <p>A card that sleeps ({@code power/runtime_status}) is left alone: the question would wake it.
 * One whose power is not its own has no power file: {@link AmdHwmon#powerFile}.
 */
final class AmdgpuCard {

  /** No card draws 10 kW; firmware that does not know says 65 535 W, all ones. */
  private static final long MOST_MICROWATTS = 10_000_000_000L;

  private final SysRoot root;
  private final PciAddress address;
  private final Path device;

  AmdgpuCard(SysRoot root, PciAddress address) {
    this.root = root;
    this.address = address;
    this.device = root.sys().resolve("bus/pci/devices").resolve(address.toString());
  }

  /** Reads the files; may take as long as the card's firmware takes to answer. */
  AmdgpuReading read(UptimeClock clock) {
    Reading<Power> power = power();
    long nanos = clock.nanosSinceBoot();
    return power.match(
        told -> new AmdgpuReading(nanos, power, busyPercent(), memoryUsed()),
        missing -> AmdgpuReading.without(nanos, missing.reason(), missing.detail()));
  }

  private Reading<Power> power() {
    if (!Files.isDirectory(device)) {
      return Reading.unavailable(Reason.NOT_PRESENT, device.toString());
    }
    if (text(device.resolve("power/runtime_status"))
        .measured()
        .filter("suspended"::equals)
        .isPresent()) {
      return Reading.unavailable(Reason.SUSPENDED, device.toString());
    }
    Optional<Path> file = AmdHwmon.powerFile(root, address);
    if (file.isEmpty()) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "no power of its own at " + device);
    }
    return number(file.get())
        .match(
            microwatts -> power(file.get(), microwatts),
            missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  private static Reading<Power> power(Path file, long microwatts) {
    if (microwatts == 0) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, file + ": 0");
    }
    return microwatts > MOST_MICROWATTS
        ? Reading.unavailable(Reason.FAILED, file + ": " + microwatts)
        : Reading.of(new Power(microwatts));
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
