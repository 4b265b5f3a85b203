package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
 * <p>Two cards are left alone. One that sleeps ({@code power/runtime_status}) would be woken by the
 * question. And an APU's power is that of the whole socket, processor cores included: the CPU
 * package's meter counts it already. An APU is known by {@code in1_label}, the voltage of the
 * northbridge, which the driver shows for APUs only.
 */
final class AmdgpuCard {

  private final Path device;

  AmdgpuCard(SysRoot root, PciAddress address) {
    this.device = root.sys().resolve("bus/pci/devices").resolve(address.toString());
  }

  /** Reads the files; may take as long as the card's firmware takes to answer. */
  AmdgpuReading read(UptimeClock clock) {
    if (text(device.resolve("power/runtime_status"))
        .measured()
        .filter("suspended"::equals)
        .isPresent()) {
      return AmdgpuReading.without(clock.nanosSinceBoot(), Reason.SUSPENDED, device.toString());
    }
    Optional<Path> hwmon = hwmon();
    if (hwmon.isEmpty()) {
      return AmdgpuReading.without(
          clock.nanosSinceBoot(), Reason.NOT_PRESENT, "no hwmon of amdgpu at " + device);
    }
    if (Files.exists(hwmon.get().resolve("in1_label"))) {
      return AmdgpuReading.without(
          clock.nanosSinceBoot(), Reason.NOT_SUPPORTED, "an APU: its power is the CPU package's");
    }
    Reading<Power> power = power(hwmon.get());
    return new AmdgpuReading(clock.nanosSinceBoot(), power, busyPercent(), memoryUsed());
  }

  /** Its number changes from boot to boot. */
  private Optional<Path> hwmon() {
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(device.resolve("hwmon"), "hwmon[0-9]*")) {
      for (Path entry : entries) {
        if (text(entry.resolve("name")).measured().filter("amdgpu"::equals).isPresent()) {
          return Optional.of(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // No such directory: no driver, or no card any more.
    }
    return Optional.empty();
  }

  /** A card with neither file, as the second die of an MI200 module, does not tell its power. */
  private static Reading<Power> power(Path hwmon) {
    Reading<Long> average = number(hwmon.resolve("power1_average"));
    Reading<Long> told = isNotThere(average) ? number(hwmon.resolve("power1_input")) : average;
    if (isNotThere(told)) {
      return Reading.unavailable(Reason.NOT_SUPPORTED, "no power1_average, no power1_input");
    }
    return told.match(
        microwatts -> Reading.of(new Power(microwatts)),
        missing -> Reading.unavailable(missing.reason(), missing.detail()));
  }

  private static boolean isNotThere(Reading<Long> reading) {
    return reading.match(value -> false, missing -> missing.reason() == Reason.NOT_PRESENT);
  }

  private OptionalInt busyPercent() {
    return number(device.resolve("gpu_busy_percent"))
        .match(percent -> OptionalInt.of(percent.intValue()), missing -> OptionalInt.empty());
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
