package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Power;

/**
 * The design power of a machine's processors, by {@code /proc/cpuinfo}. Without RAPL no file of the
 * kernel has it: it is configured, or the model is one of a few old ones that are known.
 */
final class CpuTdp {

  /**
   * Watts a package. Xeon 5500: Intel's datasheet 321321; Xeon 5600: 323369. The processors before
   * RAPL (Sandy Bridge, 2011) that are still in machines of our kind.
   */
  private static final Map<String, Integer> KNOWN =
      Map.ofEntries(
          Map.entry("E5520", 80),
          Map.entry("E5530", 80),
          Map.entry("E5540", 80),
          Map.entry("L5520", 60),
          Map.entry("X5550", 95),
          Map.entry("X5560", 95),
          Map.entry("X5570", 95),
          Map.entry("E5620", 80),
          Map.entry("E5630", 80),
          Map.entry("E5640", 80),
          Map.entry("E5645", 80),
          Map.entry("L5640", 60),
          Map.entry("X5650", 95),
          Map.entry("X5660", 95),
          Map.entry("X5670", 95),
          Map.entry("X5680", 130),
          Map.entry("X5690", 130));

  private static final Pattern XEON =
      Pattern.compile("Intel\\(R\\) Xeon\\(R\\) CPU +([ELX]5\\d{3}) +@ .*");

  private static final long MICROWATTS = 1_000_000;

  private CpuTdp() {}

  /**
   * Of all packages together; empty where it is not known. A virtual machine has a part of a
   * processor that others load too: there only what is configured counts.
   *
   * @param configuredWatts of one package
   */
  static Optional<Power> of(SysRoot root, OptionalInt configuredWatts) {
    List<String> lines;
    try {
      Path file = root.proc().resolve("cpuinfo");
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      return Optional.empty();
    }
    OptionalInt watts =
        configuredWatts.isPresent() || isVirtual(lines) ? configuredWatts : known(lines);
    return watts.isPresent()
        ? Optional.of(new Power(watts.getAsInt() * MICROWATTS * packages(lines)))
        : Optional.empty();
  }

  private static OptionalInt known(List<String> lines) {
    for (String model : values(lines, "model name")) {
      Matcher xeon = XEON.matcher(model);
      Integer watts = xeon.matches() ? KNOWN.get(xeon.group(1)) : null;
      return watts == null ? OptionalInt.empty() : OptionalInt.of(watts);
    }
    return OptionalInt.empty();
  }

  private static boolean isVirtual(List<String> lines) {
    return values(lines, "flags").stream()
        .anyMatch(flags -> List.of(flags.split(" ")).contains("hypervisor"));
  }

  /** A processor that does not number its packages has one. */
  private static int packages(List<String> lines) {
    return Math.max(1, values(lines, "physical id").size());
  }

  private static Set<String> values(List<String> lines, String key) {
    Set<String> values = new HashSet<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
        values.add(line.substring(colon + 1).strip());
      }
    }
    return values;
  }
}
