package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * CPU packages, from the kernel's powercap tree ({@code /sys/class/powercap/intel-rapl:N}, which
 * AMD processors have too). Only the zones named {@code package-N}: the zones below a package are
 * contained in it, and {@code psys} contains it. Since Linux 5.10 {@code energy_uj} is readable by
 * root only (CVE-2020-8694); a daemon of another user needs CAP_DAC_READ_SEARCH, and without it the
 * meter is missing with {@link Reason#NO_PERMISSION}.
 */
public final class PowercapMeter implements Meter {

  public static final String SOURCE = "powercap";

  private static final Pattern PACKAGE = Pattern.compile("package-(\\d+(?:-die-\\d+)?)");

  private static final class Zone {
    final Path directory;
    final MeterId meter;
    final CounterIntegrator integrator;
    Optional<Reason> missing = Optional.empty();

    Zone(Path directory, MeterId meter, CounterIntegrator integrator) {
      this.directory = directory;
      this.meter = meter;
      this.integrator = integrator;
    }
  }

  private final Path tree;
  private final UptimeClock clock;
  private final Duration longestInterval;
  private final Map<String, Zone> zones = new TreeMap<>();

  public PowercapMeter(SysRoot root, UptimeClock clock, Duration longestInterval) {
    this.tree = root.sys().resolve("class/powercap");
    this.clock = clock;
    this.longestInterval = longestInterval;
  }

  @Override
  public List<MeteredInterval> poll() {
    // Looked for each time: the kernel module may be loaded after this daemon.
    findZones();
    List<MeteredInterval> intervals = new ArrayList<>();
    for (Zone zone : zones.values()) {
      Reading<Long> energy = readNumber(zone.directory.resolve("energy_uj"));
      long nanos = clock.nanosSinceBoot();
      energy
          .match(
              value -> {
                zone.missing = Optional.empty();
                return zone.integrator.read(nanos, value, range(zone));
              },
              unavailable -> {
                // The counter runs on: the next reading tells what was drawn, if it comes in time.
                zone.missing = Optional.of(unavailable.reason());
                return Optional.<MeteredInterval>empty();
              })
          .ifPresent(intervals::add);
    }
    return intervals;
  }

  @Override
  public List<MeterStatus> meters() {
    return zones.values().stream()
        .map(zone -> new MeterStatus(zone.meter, SOURCE, zone.missing))
        .toList();
  }

  @Override
  public void close() {
    // Nothing is kept open between two readings.
  }

  private static OptionalLong range(Zone zone) {
    return readNumber(zone.directory.resolve("max_energy_range_uj"))
        .measured()
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  private void findZones() {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(tree, "intel-rapl:[0-9]*")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!zones.containsKey(name) && name.indexOf(':') == name.lastIndexOf(':')) {
          addIfPackage(name, entry);
        }
      }
    } catch (IOException e) {
      // No such tree: this machine has no such meter, which its node.json says already.
    }
  }

  private void addIfPackage(String zone, Path directory) {
    String domain;
    try {
      domain = Files.readString(directory.resolve("name")).strip();
    } catch (IOException e) {
      return;
    }
    Matcher m = PACKAGE.matcher(domain);
    if (m.matches()) {
      MeterId meter = new MeterId(Part.CPU_PACKAGE, m.group(1));
      zones.put(zone, new Zone(directory, meter, new CounterIntegrator(meter, longestInterval)));
    }
  }

  private static Reading<Long> readNumber(Path file) {
    try {
      String text = Files.readString(file).strip();
      long value = Long.parseLong(text);
      return value < 0 ? Reading.unavailable(Reason.FAILED, text) : Reading.of(value);
    } catch (AccessDeniedException e) {
      return Reading.unavailable(Reason.NO_PERMISSION, file.toString());
    } catch (NoSuchFileException e) {
      return Reading.unavailable(Reason.NOT_PRESENT, file.toString());
    } catch (IOException | NumberFormatException e) {
      return Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
