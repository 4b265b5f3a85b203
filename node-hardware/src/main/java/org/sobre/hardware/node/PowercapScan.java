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
 * Finds the energy counters of CPU packages, of their main memory and of the platform in {@code
 * /sys/class/powercap}. AMD's processors appear there under the same name, intel-rapl, with
 * packages alone. The counters themselves are root's to read and are not read here.
 *
 * @param meters by part and device
 */
record PowercapScan(List<MeterDescription> meters, ProbeReport report) {

  /** A zone's name is {@code package-0}, or {@code package-0-die-1}. */
  private static final String PACKAGE = "package-";

  private static final String PLATFORM = "psys";

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
        meter(entry).filter(found -> isNew(found, meters)).ifPresent(meters::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return new PowercapScan(
          meters, report(Outcome.FAILED, begin, Optional.of(String.valueOf(e.getMessage()))));
    }
    meters.sort(
        Comparator.comparing(MeterDescription::part).thenComparing(MeterDescription::device));
    return new PowercapScan(
        meters,
        meters.isEmpty()
            ? report(Outcome.ABSENT, begin, Optional.of("no intel-rapl package zone"))
            : report(Outcome.OK, begin, Optional.empty()));
  }

  /** Two zones of one name are one meter. */
  private static boolean isNew(MeterDescription found, List<MeterDescription> meters) {
    return meters.stream()
        .noneMatch(one -> one.part().equals(found.part()) && one.device().equals(found.device()));
  }

  /**
   * {@code intel-rapl:0:1} stands below {@code intel-rapl:0}: of those only {@code dram} is one.
   */
  private static Optional<MeterDescription> meter(Path zone) throws IOException {
    String id = zone.getFileName().toString();
    String name = name(zone);
    if (id.matches("intel-rapl:\\d+")) {
      return name.equals(PLATFORM)
          ? described("node", Optional.of(PLATFORM), zone)
          : described("cpu-package", packageOf(name), zone);
    }
    if (id.matches("intel-rapl:\\d+:\\d+") && name.equals("dram")) {
      Path above = zone.resolveSibling(id.substring(0, id.lastIndexOf(':')));
      return described("dram", packageOf(name(above)), zone);
    }
    return Optional.empty();
  }

  private static Optional<MeterDescription> described(
      String part, Optional<String> device, Path zone) throws IOException {
    return device.isPresent()
        ? Optional.of(new MeterDescription(part, device.get(), "powercap", range(zone)))
        : Optional.empty();
  }

  private static Optional<String> packageOf(String name) {
    return name.startsWith(PACKAGE)
        ? Optional.of(name.substring(PACKAGE.length()))
        : Optional.empty();
  }

  private static String name(Path zone) throws IOException {
    Path file = zone.resolve("name");
    return Files.exists(file) ? Files.readString(file).strip() : "";
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
