package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The two places in which a board tells the whole node's power, the better one first. For one
 * thread.
 *
 * <ul>
 *   <li>the kernel's driver {@code acpi_power_meter}, a hwmon named {@code power_meter}, whose
 *       {@code power1_average} is microwatts ({@code Documentation/hwmon/acpi_power_meter}). One
 *       read may take the firmware long.
 *   <li>{@code /run/sobre/node/power}, which {@code sobre-node-power.timer} has written by root
 *       from {@code ipmitool dcmi power reading}: {@code /dev/ipmi0} could switch the node off too,
 *       and is root's alone.
 * </ul>
 */
final class NodePowerFiles {

  private static final String HWMON_NAME = "power_meter";

  /** The report of a tool is some hundred bytes. */
  private static final long MOST_BYTES = 16_384;

  private final Path hwmon;
  private final Path report;
  private final UptimeClock clock;
  private final PlausiblePower plausible;
  private List<Path> known = List.of();

  NodePowerFiles(SysRoot root, UptimeClock clock, PlausiblePower plausible) {
    this.hwmon = root.sys().resolve("class/hwmon");
    this.report = root.run().resolve("sobre/node/power");
    this.clock = clock;
    this.plausible = plausible;
  }

  /** May take as long as the firmware takes to answer. */
  Reading<NodePower> read() {
    // which it is, is looked up while there is none: its number differs from boot to boot only
    List<Path> meters = known.stream().allMatch(Files::exists) ? known : List.of();
    if (meters.isEmpty()) {
      meters = acpiMeters();
      known = meters;
    }
    if (meters.isEmpty()) {
      return ofReport();
    }
    if (meters.size() > 1) {
      return Reading.unavailable(
          Reason.NOT_SUPPORTED, meters + ": which one sees the whole node nobody tells");
    }
    return text(meters.get(0))
        .match(
            told -> ofMicrowatts(told, clock.nanosSinceBoot()),
            none -> Reading.unavailable(none.reason(), none.detail()));
  }

  private List<Path> acpiMeters() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> monitors = Files.newDirectoryStream(hwmon, "hwmon[0-9]*")) {
      for (Path monitor : monitors) {
        // older kernels have both files a directory below
        for (Path directory : List.of(monitor, monitor.resolve("device"))) {
          Path power = directory.resolve("power1_average");
          if (isNamed(directory) && Files.exists(power)) {
            files.add(power);
            break;
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // a machine without any hwmon has no such meter
    }
    return files;
  }

  private static boolean isNamed(Path directory) {
    return text(directory.resolve("name")).match(HWMON_NAME::equals, none -> false);
  }

  private Reading<NodePower> ofMicrowatts(String told, long nanos) {
    try {
      long microwatts = Long.parseLong(told);
      if (microwatts == 0) {
        return Reading.unavailable(Reason.NOT_SUPPORTED, "a node that runs draws more than 0");
      }
      return microwatts < 0
          ? Reading.unavailable(Reason.FAILED, told)
          : believed(nanos, new Power(microwatts), NodePowerMeter.ACPI_SOURCE);
    } catch (NumberFormatException e) {
      return Reading.unavailable(Reason.FAILED, told);
    }
  }

  private Reading<NodePower> ofReport() {
    try {
      if (Files.exists(report) && Files.size(report) > MOST_BYTES) {
        return Reading.unavailable(Reason.FAILED, report + " is too large");
      }
    } catch (IOException e) {
      return Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
    }
    Reading<String> text = text(report);
    if (text instanceof Reading.Unavailable<String> none) {
      return Reading.unavailable(none.reason(), none.detail());
    }
    DcmiReport told = DcmiReport.parse(text.measured().orElseThrow());
    Optional<Power> power = told.power().measured();
    return power.isPresent() && told.nanos().isPresent()
        ? believed(told.nanos().getAsLong(), power.get(), NodePowerMeter.IPMI_SOURCE)
        : told.power()
            .match(
                any -> Reading.unavailable(Reason.FAILED, "no uptime in " + report),
                none -> Reading.unavailable(none.reason(), none.detail()));
  }

  private Reading<NodePower> believed(long nanos, Power power, String source) {
    return plausible
        .judge(Reading.of(power))
        .match(
            told -> Reading.of(new NodePower(nanos, told, source)),
            none -> Reading.unavailable(none.reason(), none.detail()));
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
