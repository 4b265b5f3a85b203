package org.sobre.energy.cputime;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobCgroup;
import org.sobre.slurm.job.cgroup.JobCgroups;
import org.sobre.slurm.job.cgroup.JobName;

/**
 * From the kernel's counters: {@code /proc/stat} for all of the node, control groups for jobs and
 * for users.
 *
 * <p>Of a job: {@code cpu.stat} (cgroup v2), {@code cpuacct.usage} (v1, where Slurm's {@code
 * jobacct_gather/cgroup} keeps it), else the times of the processes in its freezer (v1); what a
 * process did after the last look before its end, without a parent there that waited for it, is
 * then the platform's. The last part of a second before a group goes is the platform's too.
 *
 * <p>A group that worked and is named by a SLUID that no run here has may be any run's: over that
 * time nothing is told of any.
 *
 * <p>Used by one thread.
 */
public final class KernelCpuTimes implements CpuTimes {

  /** Of {@code /proc/stat}, of which the first line is wanted; the whole is long. */
  private static final int FIRST_LINE = 512;

  private final SysRoot root;
  private final UptimeClock clock;
  private final Supplier<List<JobCgroup>> jobCgroups;
  private final UserSlices users;
  private final Duration longestInterval;
  private final Map<Path, ProcessesTime> ofFreezers = new HashMap<>();
  private boolean jobsAreSeen;
  private Optional<Counters> last;

  /** What was counted until a moment; of jobs by their directories. */
  private record Counters(
      long nanos, long busy, Map<Path, Long> ofJobs, SortedMap<Integer, Long> ofUsers) {}

  /** Looks for the first time. */
  public KernelCpuTimes(
      SysRoot root, UptimeClock clock, JobCgroups jobCgroups, Duration longestInterval) {
    this(root, clock, jobCgroups::poll, longestInterval);
  }

  /**
   * @param jobCgroups all that there are now, as far as they can be listed
   */
  KernelCpuTimes(
      SysRoot root,
      UptimeClock clock,
      Supplier<List<JobCgroup>> jobCgroups,
      Duration longestInterval) {
    this.root = requireNonNull(root, "root");
    this.clock = clock;
    this.jobCgroups = jobCgroups;
    this.users = new UserSlices(root);
    this.longestInterval = longestInterval;
    this.last = Optional.empty();
    poll(name -> Optional.empty());
  }

  @Override
  public Optional<CpuUse> poll(Function<JobName, Optional<JobKey>> jobs) {
    long now = clock.nanosSinceBoot();
    OptionalLong busy = busy();
    if (busy.isEmpty()) {
      last = Optional.empty();
      return Optional.empty();
    }
    Map<Path, Long> before = last.map(Counters::ofJobs).orElse(Map.of());
    Map<Path, Long> ofJobs = new HashMap<>();
    Map<JobKey, Long> worked = new HashMap<>();
    boolean allAreNamed = true;
    for (JobCgroup group : jobCgroups.get()) {
      jobsAreSeen = true;
      long known = before.getOrDefault(group.path(), 0L);
      // One that cannot be read at this moment has done nothing yet.
      long counted = usage(group).orElse(known);
      ofJobs.put(group.path(), counted);
      Optional<JobKey> job = jobs.apply(group.job());
      job.ifPresent(run -> worked.merge(run, Math.max(0, counted - known), Long::sum));
      allAreNamed &= job.isPresent() || !mayBeARunOfHere(group) || counted <= known;
    }
    before.forEach((group, counted) -> keepIfThere(group, counted, ofJobs));
    ofFreezers.keySet().retainAll(ofJobs.keySet());
    SortedMap<Integer, Long> ofUsers =
        users.poll(last.<Map<Integer, Long>>map(Counters::ofUsers).orElse(Map.of()));
    Counters counters = new Counters(now, busy.getAsLong(), ofJobs, ofUsers);
    boolean seen = jobsAreSeen && allAreNamed;
    Optional<CpuUse> use = last.flatMap(since -> between(since, counters, worked, seen));
    last = Optional.of(counters);
    return use;
  }

  /** One that was not listed this once would be new the next time, with all that it ever did. */
  private static void keepIfThere(Path group, long counted, Map<Path, Long> ofJobs) {
    if (!ofJobs.containsKey(group) && Files.isDirectory(group)) {
      ofJobs.put(group, counted);
    }
  }

  /** A run of which no hook told the SLUID is known by its id, and its group is not. */
  private static boolean mayBeARunOfHere(JobCgroup group) {
    return group.job().sluid().isPresent();
  }

  private Optional<CpuUse> between(
      Counters since, Counters now, Map<JobKey, Long> worked, boolean seen) {
    long nanos = now.nanos() - since.nanos();
    if (nanos <= 0 || nanos > longestInterval.toNanos()) {
      return Optional.empty();
    }
    worked.values().removeIf(micros -> micros == 0);
    SortedMap<Integer, Long> ofUsers = new TreeMap<>();
    now.ofUsers()
        .forEach(
            (uid, counted) -> {
              long micros = counted - since.ofUsers().getOrDefault(uid, 0L);
              if (micros > 0) {
                ofUsers.put(uid, micros);
              }
            });
    long busy = Math.max(0, now.busy() - since.busy());
    return Optional.of(new CpuUse(since.nanos(), now.nanos(), worked, ofUsers, busy, seen));
  }

  private OptionalLong busy() {
    try (InputStream in = Files.newInputStream(root.proc().resolve("stat"))) {
      return CpuCounters.busy(new String(in.readNBytes(FIRST_LINE), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong usage(JobCgroup group) {
    return switch (group.hierarchy()) {
      case UNIFIED -> SmallFile.read(group.path().resolve("cpu.stat"), CpuCounters::ofGroup);
      case CPUACCT -> SmallFile.read(group.path().resolve("cpuacct.usage"), CpuCounters::ofAccount);
      case FREEZER -> ofProcesses(group);
    };
  }

  private OptionalLong ofProcesses(JobCgroup group) {
    ProcessesTime time = ofFreezers.computeIfAbsent(group.path(), any -> new ProcessesTime());
    return OptionalLong.of(time.poll(JobCgroups.processes(group), this::ofProcess));
  }

  private Optional<ProcessTime> ofProcess(long pid) {
    return SmallFile.text(root.proc().resolve(Long.toString(pid)).resolve("stat"))
        .flatMap(CpuCounters::ofProcess);
  }
}
