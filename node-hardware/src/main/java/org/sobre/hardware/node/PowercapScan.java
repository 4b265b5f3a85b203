package org.sobre.hardware.node;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;

/**
 * Finds the energy counters of the CPU packages in {@code /sys/class/powercap}. AMD's processors
 * appear there under the same name, intel-rapl. The counters themselves are root's to read and are
 * not read here.
 *
 * @param meters one a package, by device
 */
record PowercapScan(List<MeterDescription> meters, ProbeReport report) {

  /** A zone's name is {@code package-0}, or {@code package-0-die-1}; {@code psys} is no package. */
  private static final String PACKAGE = "package-";

  PowercapScan {
    meters = List.copyOf(meters);
  }

  static PowercapScan of(SysRoot root) {
    long begin = System.nanoTime();
    Path zones = root.sys().resolve("class/powercap");
    if (!Files.isDirectory(zones)) {
      return new PowercapScan(
          List.of(), report(Outcome.ABSENT, begin, Optional.of("no /sys/class/powercap here")));
    }
    List<MeterDescription> meters = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(zones, "intel-rapl:*")) {
      for (Path entry : entries) {
        packageMeter(entry).ifPresent(meters::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return new PowercapScan(
          meters, report(Outcome.FAILED, begin, Optional.of(String.valueOf(e.getMessage()))));
    }
    meters.sort(Comparator.comparing(MeterDescription::device));
    return new PowercapScan(
        meters,
        meters.isEmpty()
            ? report(Outcome.ABSENT, begin, Optional.of("no intel-rapl package zone"))
            : report(Outcome.OK, begin, Optional.empty()));
  }

  private static Optional<MeterDescription> packageMeter(Path zone) throws IOException {
    Path nameFile = zone.resolve("name");
    // intel-rapl:0:1 is a part of intel-rapl:0
    if (!zone.getFileName().toString().matches("intel-rapl:\\d+") || !Files.exists(nameFile)) {
      return Optional.empty();
    }
    String name = Files.readString(nameFile).strip();
    if (!name.startsWith(PACKAGE)) {
      return Optional.empty();
    }
    return Optional.of(
        new MeterDescription(
            "cpu-package", name.substring(PACKAGE.length()), "powercap", range(zone)));
  }

  private static OptionalLong range(Path zone) throws IOException {
    Path file = zone.resolve("max_energy_range_uj");
    String text = Files.exists(file) ? Files.readString(file).strip() : "";
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  private static ProbeReport report(Outcome outcome, long begin, Optional<String> detail) {
    return new ProbeReport(
        "powercap", outcome, Duration.ofNanos(System.nanoTime() - begin), detail);
  }
}
