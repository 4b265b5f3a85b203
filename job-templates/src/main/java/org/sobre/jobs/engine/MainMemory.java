package org.sobre.jobs.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

/**
 * The main memory that a command may take: what its control groups leave, what Slurm promised its
 * job, what the machine has; the smallest of them.
 */
final class MainMemory {

  private static final Messages MESSAGES = Messages.of(MainMemory.class);

  /** A wrapper itself stays beside its command. */
  private static final long WRAPPER_MEBIBYTES = 64;

  private static final long KIBI = 1024;
  private static final long MEBI = 1 << 20;

  /** {@code MemAvailable: 24171168 kB}: units of 1024 bytes, proc(5). */
  private static final Pattern KIBIBYTES = Pattern.compile("(\\w+): +(\\d{1,15}) kB");

  private final Map<String, String> environment;
  private final SysRoot root;
  private final int wrappers;

  /**
   * @param environment of this process: Slurm tells what it promised
   * @param wrappers that share it, one a task, this one included
   */
  MainMemory(Map<String, String> environment, SysRoot root, int wrappers) {
    this.environment = Map.copyOf(environment);
    this.root = root;
    this.wrappers = wrappers;
  }

  /**
   * @throws PlanningException if not even the machine's own memory can be read
   */
  Device held() throws PlanningException {
    Path file = root.proc().resolve("meminfo");
    String text = read(file).orElse("");
    OptionalLong machine = ofMeminfo(text, "MemTotal");
    OptionalLong available = ofMeminfo(text, "MemAvailable");
    if (machine.isEmpty() || available.isEmpty()) {
      throw new PlanningException(MESSAGES.text("memory.unknown", file));
    }
    long total = Math.min(machine.getAsLong(), promised().orElse(Long.MAX_VALUE));
    long free = Math.min(available.getAsLong(), total);
    Optional<MemoryLimit> limit = new MemoryLimits(root).tightest();
    if (limit.isPresent()) {
      total = Math.min(total, limit.get().bytes());
      free = Math.min(Math.min(free, limit.get().freeBytes()), total);
    }
    MemorySize size = new MemorySize(total);
    MemorySize own = MemorySize.ofMebibytes(wrappers * WRAPPER_MEBIBYTES);
    return Device.mainMemory(
        MESSAGES.text(isJob() ? "memory.job" : "memory.machine"),
        new MemorySize(free),
        size,
        own.compareTo(size) < 0 ? own : size);
  }

  private boolean isJob() {
    return environment.containsKey("SLURM_JOB_ID");
  }

  /** In MiB for a node, where 0 is all of it, or for each of the CPUs held on it: srun(1). */
  private OptionalLong promised() {
    if (!isJob()) {
      return OptionalLong.empty();
    }
    OptionalLong node = positive("SLURM_MEM_PER_NODE");
    if (node.isPresent()) {
      return OptionalLong.of(node.getAsLong() * MEBI);
    }
    OptionalLong perCpu = positive("SLURM_MEM_PER_CPU");
    OptionalLong cpus = positive("SLURM_CPUS_ON_NODE");
    return perCpu.isPresent() && cpus.isPresent()
        ? OptionalLong.of(perCpu.getAsLong() * cpus.getAsLong() * MEBI)
        : OptionalLong.empty();
  }

  private OptionalLong positive(String name) {
    String value = environment.getOrDefault(name, "");
    return value.matches("[1-9][0-9]{0,8}")
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }

  private static OptionalLong ofMeminfo(String text, String name) {
    return text.lines()
        .map(KIBIBYTES::matcher)
        .filter(line -> line.matches() && line.group(1).equals(name))
        .map(Matcher::toMatchResult)
        .mapToLong(line -> Long.parseLong(line.group(2)) * KIBI)
        .findFirst();
  }

  static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
