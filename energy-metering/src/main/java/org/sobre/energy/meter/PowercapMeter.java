package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading.Reason;

/**
 * CPU packages, main memory and the platform, from the kernel's powercap tree ({@code
 * /sys/class/powercap/intel-rapl:…}, which AMD processors have too, with packages alone). A zone
 * below another in the tree need not be contained in its counter:
 *
 * <ul>
 *   <li>{@code package-N} (with several dies {@code package-N-die-M}) is a {@link
 *       Part#CPU_PACKAGE}; its {@code core} and {@code uncore} are contained in it and are not
 *       read.
 *   <li>{@code dram} below a package is a {@link Part#DRAM} beside it.
 *   <li>{@code psys}, the platform, is a {@link Part#NODE} that contains both: what else it
 *       contains is its maker's affair. On machines of several packages the others' {@code psys-N}
 *       are not read: nobody says whether they contain one another.
 * </ul>
 *
 * <p>Since Linux 5.10 {@code energy_uj} is readable by root only (CVE-2020-8694); a daemon of
 * another user needs CAP_DAC_READ_SEARCH, and without it the meter is missing with {@link
 * Reason#NO_PERMISSION}.
 */
public final class PowercapMeter implements Meter {

  public static final String SOURCE = "powercap";

  private static final Logger LOG = LoggerFactory.getLogger(PowercapMeter.class);

  private static final Pattern PACKAGE = Pattern.compile("package-(\\d+(?:-die-\\d+)?)");
  private static final MeterId PLATFORM = new MeterId(Part.NODE, "psys");

  private final Path tree;
  private final UptimeClock clock;
  private final Duration longestInterval;
  private final Map<String, RaplZone> zones = new TreeMap<>();
  private final Set<String> passedOver = new HashSet<>();

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
    for (RaplZone zone : zones.values()) {
      zone.poll(clock).ifPresent(intervals::add);
    }
    return intervals;
  }

  @Override
  public List<MeterStatus> meters() {
    boolean platform = zones.values().stream().anyMatch(zone -> zone.meter().equals(PLATFORM));
    return zones.values().stream()
        .map(
            zone ->
                new MeterStatus(
                    zone.meter(),
                    SOURCE,
                    zone.missing(),
                    platform && !zone.meter().equals(PLATFORM)
                        ? Optional.of(PLATFORM)
                        : Optional.empty()))
        .toList();
  }

  @Override
  public void close() {
    // Nothing is kept open between two readings.
  }

  private void findZones() {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(tree, "intel-rapl:[0-9]*")) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (IOException | DirectoryIteratorException e) {
      // No such tree: this machine has no such meter, which its node.json says already.
    }
    for (String name : names) {
      if (!zones.containsKey(name) && !passedOver.contains(name)) {
        nameOf(name).ifPresent(domain -> take(name, domain));
      }
    }
  }

  private void take(String zone, String domain) {
    Optional<MeterId> meter = meter(zone, domain);
    boolean twice =
        meter.isPresent()
            && zones.values().stream().anyMatch(other -> other.meter().equals(meter.get()));
    if (twice) {
      LOG.warn("{} is called {} as another zone is: it is not read", zone, domain);
    }
    if (meter.isEmpty() || twice) {
      passedOver.add(zone);
    } else {
      zones.put(zone, new RaplZone(tree.resolve(zone), meter.get(), longestInterval));
    }
  }

  /** Which meter it is: none for a part of a package. */
  private Optional<MeterId> meter(String zone, String domain) {
    int parent = zone.lastIndexOf(':');
    if (parent == zone.indexOf(':')) {
      return domain.equals(PLATFORM.device())
          ? Optional.of(PLATFORM)
          : packageNumber(domain).map(number -> new MeterId(Part.CPU_PACKAGE, number));
    }
    return domain.equals("dram")
        ? nameOf(zone.substring(0, parent))
            .flatMap(PowercapMeter::packageNumber)
            .map(number -> new MeterId(Part.DRAM, number))
        : Optional.empty();
  }

  private static Optional<String> packageNumber(String domain) {
    Matcher m = PACKAGE.matcher(domain);
    return m.matches() ? Optional.of(m.group(1)) : Optional.empty();
  }

  private Optional<String> nameOf(String zone) {
    try {
      return Optional.of(Files.readString(tree.resolve(zone).resolve("name")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
