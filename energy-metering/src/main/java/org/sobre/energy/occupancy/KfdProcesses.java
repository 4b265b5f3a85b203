package org.sobre.energy.occupancy;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/**
 * Compute processes on AMD GPUs, from the kernel's compute driver: {@code
 * /sys/class/kfd/kfd/proc/PID/vram_GPUID} says how many bytes of video memory a process has on the
 * card of that id, {@code topology/nodes/N} which card that is. A process that has the driver open
 * and no memory on a card does not use it.
 */
public final class KfdProcesses implements GpuProcesses {

  private static final Pattern PID = Pattern.compile("\\d{1,9}");
  private static final Pattern MEMORY_FILE = Pattern.compile("vram_(\\d{1,10})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private final Path kfd;
  private final UptimeClock clock;
  private final Map<PciAddress, String> devices;
  private final Map<String, Optional<String>> devicesByGpuId = new HashMap<>();
  private OptionalLong lookedAtNanos = OptionalLong.empty();

  /**
   * @param devices of the node's AMD cards, by their place on the bus
   */
  public KfdProcesses(SysRoot root, UptimeClock clock, Map<PciAddress, String> devices) {
    this.kfd = root.sys().resolve("class/kfd/kfd");
    this.clock = clock;
    this.devices = Map.copyOf(devices);
  }

  @Override
  public List<Sighting> poll() {
    long now = clock.nanosSinceBoot();
    if (lookedAtNanos.isPresent() && now - lookedAtNanos.getAsLong() < PERIOD.toNanos()) {
      return List.of();
    }
    lookedAtNanos = OptionalLong.of(now);
    List<Sighting> sightings = new ArrayList<>();
    for (Path process : entries(kfd.resolve("proc"))) {
      String pid = String.valueOf(process.getFileName());
      if (PID.matcher(pid).matches()) {
        for (String device : devicesOf(process)) {
          sightings.add(new Sighting(device, Long.parseLong(pid), now));
        }
      }
    }
    return sightings;
  }

  private List<String> devicesOf(Path process) {
    List<String> used = new ArrayList<>();
    for (Path file : entries(process)) {
      Matcher name = MEMORY_FILE.matcher(String.valueOf(file.getFileName()));
      if (name.matches() && number(file).orElse(0) > 0) {
        device(name.group(1)).ifPresent(used::add);
      }
    }
    return used;
  }

  /** The driver names a card anew only when it is loaded anew. */
  private Optional<String> device(String gpuId) {
    if (!devicesByGpuId.containsKey(gpuId)) {
      devicesByGpuId.put(gpuId, Optional.empty());
      for (Path node : entries(kfd.resolve("topology/nodes"))) {
        if (text(node.resolve("gpu_id")).equals(Optional.of(gpuId))) {
          Optional<PciAddress> place =
              text(node.resolve("properties")).flatMap(KfdProcesses::place);
          devicesByGpuId.put(gpuId, place.map(devices::get));
        }
      }
    }
    return devicesByGpuId.getOrDefault(gpuId, Optional.empty());
  }

  /**
   * @param properties lines of a name and a number; {@code location_id} is bus, device and function
   *     in 8, 5 and 3 bits
   */
  static Optional<PciAddress> place(String properties) {
    OptionalLong location = property(properties, "location_id");
    if (location.isEmpty()) {
      return Optional.empty();
    }
    long id = location.getAsLong();
    return Optional.of(
        new PciAddress(
            property(properties, "domain").orElse(0),
            (int) (id >> 8) & 0xff,
            (int) (id >> 3) & 0x1f,
            (int) id & 0x7));
  }

  private static OptionalLong property(String properties, String name) {
    return properties
        .lines()
        .map(line -> line.strip().split("\\s+", -1))
        .filter(words -> words.length == 2 && words[0].equals(name))
        .filter(words -> NUMBER.matcher(words[1]).matches())
        .mapToLong(words -> Long.parseLong(words[1]))
        .findFirst();
  }

  private static OptionalLong number(Path file) {
    Optional<String> text = text(file).filter(words -> NUMBER.matcher(words).matches());
    return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** None where there is no such directory, or a process went meanwhile. */
  private static List<Path> entries(Path directory) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return entries;
  }

  @Override
  public void close() {}
}
