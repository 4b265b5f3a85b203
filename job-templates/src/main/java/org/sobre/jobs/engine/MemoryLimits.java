package org.sobre.jobs.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.SysRoot;

/**
 * The limits of the control groups that this process is in: its own and those above it, in either
 * generation (kernel documentation, admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst).
 */
final class MemoryLimits {

  /** {@code HIERARCHY:CONTROLLERS:PATH}, cgroups(7); generation 2 names no controllers. */
  private static final Pattern GROUP = Pattern.compile("\\d+:([^:]*):/(.*)");

  /** Without a limit generation 1 has the largest number of pages; no machine has 2^60 bytes. */
  private static final long NO_LIMIT = 1L << 60;

  private record Files(String limit, String used, String reclaimable) {}

  private static final Files SECOND = new Files("memory.max", "memory.current", "inactive_file");
  private static final Files FIRST =
      new Files("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");

  private final SysRoot root;

  MemoryLimits(SysRoot root) {
    this.root = root;
  }

  /** The one that leaves least; absent where nothing is limited, or nothing can be read. */
  Optional<MemoryLimit> tightest() {
    List<MemoryLimit> limits = new ArrayList<>();
    String groups = MainMemory.read(root.proc().resolve("self/cgroup")).orElse("");
    for (String line : groups.lines().toList()) {
      Matcher group = GROUP.matcher(line);
      if (group.matches()) {
        limits.addAll(limits(group.group(1), group.group(2)));
      }
    }
    return limits.stream().min(Comparator.comparingLong(MemoryLimit::freeBytes));
  }

  private List<MemoryLimit> limits(String controllers, String path) {
    Path mounts = root.sys().resolve("fs/cgroup");
    if (controllers.isEmpty()) {
      List<MemoryLimit> limits = upwards(mounts, path, SECOND);
      // a machine of both generations has the second below the mount points of the first
      limits.addAll(upwards(mounts.resolve("unified"), path, SECOND));
      return limits;
    }
    return Arrays.asList(controllers.split(",", -1)).contains("memory")
        ? upwards(mounts.resolve("memory"), path, FIRST)
        : List.of();
  }

  /** Of a path that a container does not show only what is above it is there. */
  private static List<MemoryLimit> upwards(Path mount, String path, Files files) {
    List<MemoryLimit> limits = new ArrayList<>();
    Path group = mount.resolve(path).normalize();
    while (group != null && group.startsWith(mount)) {
      limit(group, files).ifPresent(limits::add);
      group = group.getParent();
    }
    return limits;
  }

  private static Optional<MemoryLimit> limit(Path group, Files files) {
    OptionalLong bytes = number(MainMemory.read(group.resolve(files.limit())).orElse(""));
    if (bytes.isEmpty() || bytes.getAsLong() >= NO_LIMIT) {
      return Optional.empty();
    }
    long used = number(MainMemory.read(group.resolve(files.used())).orElse("")).orElse(0);
    String stat = MainMemory.read(group.resolve("memory.stat")).orElse("");
    long reclaimable =
        stat.lines()
            .filter(line -> line.startsWith(files.reclaimable() + " "))
            .mapToLong(line -> number(line.substring(files.reclaimable().length())).orElse(0))
            .findFirst()
            .orElse(0);
    return Optional.of(new MemoryLimit(bytes.getAsLong(), Math.max(0, used - reclaimable)));
  }

  /** Empty for {@code max}, too. */
  private static OptionalLong number(String text) {
    String digits = text.strip();
    return digits.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }
}
