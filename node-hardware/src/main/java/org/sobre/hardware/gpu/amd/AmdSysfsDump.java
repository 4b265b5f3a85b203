package org.sobre.hardware.gpu.amd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciDisplay;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The kernel's files as {@code grep -r "" /sys/class/drm/card0/device/} writes them down, {@code
 * PATH:LINE}: of cards, below a directory {@code cardN/device} or named by their address, and of
 * {@code kfd/topology/nodes}.
 */
final class AmdSysfsDump {

  /** A path may have colons itself, those of an address. */
  private static final Pattern ADDRESS =
      Pattern.compile("/[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7](?=/)");

  private static final int MAX_CARDS = 512;
  private static final Pattern CARD = Pattern.compile("(.*?card[0-9]{1,4}/device)/uevent");
  private static final String NODES = "kfd/topology/nodes";

  private final NavigableMap<String, String> files;

  private AmdSysfsDump(NavigableMap<String, String> files) {
    this.files = files;
  }

  static AmdSysfsDump of(String text) {
    Map<String, StringBuilder> files = new TreeMap<>();
    for (String line : (Iterable<String>) AmdText.lines(text)::iterator) {
      Matcher address = ADDRESS.matcher(line);
      int colon = line.indexOf(':', address.find() ? address.end() : 0);
      if (colon > 0 && line.substring(0, colon).indexOf(' ') < 0) {
        files
            .computeIfAbsent(line.substring(0, colon), path -> new StringBuilder())
            .append(line.substring(colon + 1))
            .append('\n');
      }
    }
    NavigableMap<String, String> contents = new TreeMap<>();
    files.forEach((path, content) -> contents.put(path, content.toString()));
    return new AmdSysfsDump(contents);
  }

  /** Whether there is a card of AMD in the text. */
  static boolean isOne(String text) {
    return text.contains("uevent:") && !of(text).found().isEmpty();
  }

  private Map<PciDisplay, AmdSysfs> found() {
    Map<PciDisplay, AmdSysfs> found = new LinkedHashMap<>();
    for (String directory : directories()) {
      KernelFiles device = new Recorded(files, directory + "/");
      display(device).ifPresent(display -> found.putIfAbsent(display, AmdSysfs.of(device)));
    }
    return found;
  }

  /**
   * @param told what a tool said on the same machine
   */
  List<Gpu> gpus(List<AmdToolCard> told) {
    String nodes =
        files.keySet().stream()
            .filter(path -> path.contains(NODES + "/"))
            .map(path -> path.substring(0, path.indexOf(NODES) + NODES.length() + 1))
            .findFirst()
            .orElse(NODES + "/");
    return new AmdCards(
            found(),
            new AmdToolAnswer(Optional.empty(), told, Optional.empty(), List.of()),
            KfdTopology.of(new Recorded(files, nodes)),
            new AmdNames(new Recorded(files, "")),
            AmdHost.RECORDED)
        .gpus();
  }

  private List<String> directories() {
    return files.keySet().stream()
        .flatMap(
            path -> {
              Matcher card = CARD.matcher(path);
              return card.matches()
                  ? Stream.of(card.group(1))
                  : path.matches(".*[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]/uevent")
                      ? Stream.of(path.substring(0, path.length() - "/uevent".length()))
                      : Stream.empty();
            })
        .limit(MAX_CARDS)
        .toList();
  }

  private static Optional<PciDisplay> display(KernelFiles device) {
    Optional<PciAddress> address =
        AmdSysfs.field(device, "PCI_SLOT_NAME").flatMap(PciAddress::parse);
    Optional<String> id =
        AmdSysfs.field(device, "PCI_ID")
            .map(text -> text.toLowerCase(Locale.ROOT))
            .filter(text -> text.matches("1002:[0-9a-f]{4}"));
    boolean gpu =
        AmdSysfs.field(device, "PCI_CLASS")
            .map(code -> code.matches("(?i)(3[0-9a-f]{4}|1200[0-9a-f]{2})"))
            .orElse(true);
    return address
        .filter(at -> gpu)
        .flatMap(
            at ->
                id.map(
                    known ->
                        new PciDisplay(
                            at, GpuVendor.AMD, known, AmdSysfs.field(device, "DRIVER"))));
  }

  /** Files of the text below one path. */
  private record Recorded(NavigableMap<String, String> files, String prefix)
      implements KernelFiles {

    @Override
    public Reading<String> read(String path) {
      String content = files.get(prefix + path);
      return content == null
          ? Reading.unavailable(Reason.NOT_SUPPORTED, "the recording has no file " + path)
          : Reading.of(content);
    }

    @Override
    public List<String> names(String directory) {
      String below = directory.isEmpty() ? prefix : prefix + directory + "/";
      TreeSet<String> names = new TreeSet<>();
      // only those below it are looked at: there may be a million files, and hundreds of cards
      for (String path : files.tailMap(below, false).keySet()) {
        if (!path.startsWith(below)) {
          break;
        }
        names.add(path.substring(below.length()).split("/", 2)[0]);
      }
      return new ArrayList<>(names);
    }

    @Override
    public byte[] head(String path, int bytes) {
      return new byte[0]; // such a text has no binary files
    }
  }
}
