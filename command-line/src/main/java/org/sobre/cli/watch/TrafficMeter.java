package org.sobre.cli.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sobre.cli.watch.ByteCounters.Bytes;
import org.sobre.cli.watch.Traffic.Flow;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;

/**
 * Reads what this machine's disks and network interfaces carry, for whoever runs the command: the
 * daemon has a network of its own, in which there is none of it.
 *
 * <p>Counted are the devices that are hardware, those whose {@code /sys} entry leads to a device: a
 * volume, a RAID, a bond or a bridge made of them would count the same bytes again. A container
 * that has no hardware of its own sees its interfaces but {@code lo}.
 */
public final class TrafficMeter {

  /** Over less the rates are those of chance. */
  private static final Duration SHORTEST = Duration.ofMillis(200);

  private static final String LOOPBACK = "lo";
  private static final double NANOS_PER_SECOND = 1e9;

  private record Reading(
      long nanos, SortedMap<String, Bytes> disks, SortedMap<String, Bytes> networks) {}

  private final SysRoot root;
  private final UptimeClock clock;
  private Reading base;

  /** Reads the counters, for the first look's rates. */
  public TrafficMeter(SysRoot root, UptimeClock clock) {
    this.root = root;
    this.clock = clock;
    this.base = read();
  }

  /** The rates since the last look. */
  public Traffic look() {
    Reading now = read();
    Reading before = base;
    long nanos = now.nanos - before.nanos;
    if (nanos < SHORTEST.toNanos()) {
      return new Traffic(
          now.disks.keySet().stream().map(TrafficMeter::unknown).toList(),
          now.networks.keySet().stream().map(TrafficMeter::unknown).toList());
    }
    base = now;
    return new Traffic(
        now.disks.entrySet().stream().map(disk -> flow(disk, before.disks, nanos)).toList(),
        now.networks.entrySet().stream().map(net -> flow(net, before.networks, nanos)).toList());
  }

  private static Flow unknown(String device) {
    return new Flow(device, OptionalLong.empty(), OptionalLong.empty());
  }

  private static Flow flow(Map.Entry<String, Bytes> now, Map<String, Bytes> before, long nanos) {
    Optional<Bytes> then = Optional.ofNullable(before.get(now.getKey()));
    return new Flow(
        now.getKey(),
        rate(then.map(Bytes::in), now.getValue().in(), nanos),
        rate(then.map(Bytes::out), now.getValue().out(), nanos));
  }

  private static OptionalLong rate(Optional<Long> before, long now, long nanos) {
    return before.isEmpty() || now - before.get() < 0
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round((now - before.get()) * NANOS_PER_SECOND / nanos));
  }

  private Reading read() {
    SortedMap<String, Bytes> disks = ByteCounters.ofDisks(text("diskstats"));
    disks.keySet().removeIf(disk -> !isHardware("block", disk));
    SortedMap<String, Bytes> networks = ByteCounters.ofNetworks(text("net/dev"));
    networks.remove(LOOPBACK);
    SortedMap<String, Bytes> hardware = only(networks, name -> isHardware("class/net", name));
    return new Reading(clock.nanosSinceBoot(), disks, hardware.isEmpty() ? networks : hardware);
  }

  private static SortedMap<String, Bytes> only(
      SortedMap<String, Bytes> all, Predicate<String> wanted) {
    return all.entrySet().stream()
        .filter(entry -> wanted.test(entry.getKey()))
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  /** A disk's slash stands as an exclamation mark there: cciss!c0d0. */
  private boolean isHardware(String kind, String name) {
    Path entry = root.sys().resolve(kind).resolve(name.replace('/', '!'));
    return Files.exists(entry.resolve("device"));
  }

  private String text(String file) {
    try {
      return Files.readString(root.proc().resolve(file));
    } catch (IOException e) {
      // without it there is nothing to show, which the view does
      return "";
    }
  }
}
