package org.sobre.jobs.oom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.SysRoot;

/**
 * How many processes of this process's control group the kernel has killed for want of main memory:
 * {@code oom_kill} in {@code memory.events} of the second generation, in {@code memory.oom_control}
 * of the first (Linux 4.13 and later). A command of ours is in the same group.
 */
public final class HostMemory {

  private static final int MOST_BYTES = 64 * 1024;
  private static final Pattern UNIFIED = Pattern.compile("(?m)^0::(/.*)$");
  private static final Pattern FIRST =
      Pattern.compile("(?m)^\\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(/.*)$");
  private static final Pattern KILLS = Pattern.compile("(?m)^oom_kill (\\d{1,18})$");

  private final SysRoot root;

  public HostMemory(SysRoot root) {
    this.root = root;
  }

  /** Since the group was made; absent where nothing tells. */
  public OptionalLong kills() {
    Path mounts = root.sys().resolve("fs/cgroup");
    Optional<String> groups = text(root.proc().resolve("self/cgroup"));
    return kills(groups, FIRST, mounts.resolve("memory"), "memory.oom_control")
        .or(() -> kills(groups, UNIFIED, mounts, "memory.events"))
        .or(() -> kills(groups, UNIFIED, mounts.resolve("unified"), "memory.events"))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** Killed between two looks; absent where either is not known. */
  public static OptionalLong between(OptionalLong before, OptionalLong after) {
    return before.isPresent() && after.isPresent()
        ? OptionalLong.of(Math.max(0, after.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }

  private static Optional<Long> kills(
      Optional<String> groups, Pattern line, Path mount, String file) {
    return groups
        .map(line::matcher)
        .filter(Matcher::find)
        .map(m -> mount.resolve(m.group(1).substring(1)).resolve(file))
        .flatMap(HostMemory::text)
        .map(KILLS::matcher)
        .filter(Matcher::find)
        .map(m -> Long.valueOf(m.group(1)));
  }

  private static Optional<String> text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
