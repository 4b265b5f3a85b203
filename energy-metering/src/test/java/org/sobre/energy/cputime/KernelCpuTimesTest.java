package org.sobre.energy.cputime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.cgroup.JobCgroup;
import org.sobre.slurm.job.cgroup.JobCgroups;
import org.sobre.slurm.job.cgroup.JobName;

class KernelCpuTimesTest {

  private static final String SCOPE = "system.slice/n042_slurmstepd.scope/";
  private static final JobKey JOB = new JobKey(7, 1);
  private static final JobKey OTHER = new JobKey(9, 0);
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path root;
  private long now = 100 * SECOND;

  @BeforeEach
  void aNodeThatIsThere() throws IOException {
    busySeconds(50);
  }

  @Test
  void theFirstLookIsTheOneAtTheStart() throws IOException {
    KernelCpuTimes times = times();
    later(1_000, 52);
    assertThat(poll(times)).contains(use(100, 101, Map.of(), Map.of(), 2, false));
  }

  @Test
  void jobsOfTheSecondGenerationHaveTheirTimeInTheirGroup() throws IOException {
    write(SCOPE + "job_7/cpu.stat", "usage_usec 5000000\nuser_usec 4000000\n");
    write(SCOPE + "sEKNKTV3WPV500/cpu.stat", "usage_usec 3000000\n");
    write(SCOPE + "job_8/cpu.stat", "usage_usec 1000000\n");
    KernelCpuTimes times = times();
    write(SCOPE + "job_7/cpu.stat", "usage_usec 6500000\nuser_usec 4000000\n");
    write(SCOPE + "sEKNKTV3WPV500/cpu.stat", "usage_usec 3250000\n");
    write(SCOPE + "job_8/cpu.stat", "usage_usec 1900000\n");
    later(1_000, 53);
    // of job 8 nobody has told
    assertThat(poll(times))
        .contains(use(100, 101, Map.of(JOB, 1_500_000L, OTHER, 250_000L), Map.of(), 3, true));
  }

  /**
   * A hook that told no SLUID: the run that worked is here and cannot be named. It must not be
   * taken for one that slept; while its group does nothing, it does.
   */
  @Test
  void whereAGroupThatWorkedIsNobodysJobsAreNotSeen() throws IOException {
    write(SCOPE + "sEKNKTV3WPV500/cpu.stat", "usage_usec 3000000\n");
    write(SCOPE + "sEKNKTV3WPV501/cpu.stat", "usage_usec 1000000\n");
    KernelCpuTimes times = times();
    write(SCOPE + "sEKNKTV3WPV500/cpu.stat", "usage_usec 3250000\n");
    write(SCOPE + "sEKNKTV3WPV501/cpu.stat", "usage_usec 1900000\n");
    later(1_000, 52);
    assertThat(poll(times)).contains(use(100, 101, Map.of(OTHER, 250_000L), Map.of(), 2, false));
    write(SCOPE + "sEKNKTV3WPV500/cpu.stat", "usage_usec 3300000\n");
    later(1_000, 53);
    assertThat(poll(times)).contains(use(101, 102, Map.of(OTHER, 50_000L), Map.of(), 1, true));
  }

  /** Also one that is there for the first time: it was made since the last look. */
  @Test
  void aNewGroupHasDoneAllThatItCounts() throws IOException {
    KernelCpuTimes times = times();
    write(SCOPE + "job_7/cpu.stat", "usage_usec 700000\n");
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(JOB, 700_000L), Map.of(), 1, true));
  }

  @Test
  void aGroupThatCannotBeReadForAMomentIsNotNew() throws IOException {
    write(SCOPE + "job_7/cpu.stat", "usage_usec 5000000\n");
    KernelCpuTimes times = times();
    write(SCOPE + "job_7/cpu.stat", "");
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(), Map.of(), 1, true));
    write(SCOPE + "job_7/cpu.stat", "usage_usec 5400000\n");
    later(1_000, 52);
    assertThat(poll(times)).contains(use(101, 102, Map.of(JOB, 400_000L), Map.of(), 1, true));
  }

  /** Slurm uses groups here: a job that has none yet, or no more, does nothing. */
  @Test
  void thatThereWereGroupsIsRemembered() throws IOException {
    write(SCOPE + "job_7/cpu.stat", "usage_usec 5000000\n");
    KernelCpuTimes times = times();
    Path job = root.resolve("sys/fs/cgroup").resolve(SCOPE).resolve("job_7");
    Files.delete(job.resolve("cpu.stat"));
    Files.delete(job);
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(), Map.of(), 1, true));
  }

  @Test
  void theFirstGenerationCountsNanoseconds() throws IOException {
    write("cpuacct/slurm_n042/uid_1203/job_7/cpuacct.usage", "1000000000\n");
    KernelCpuTimes times = times();
    write("cpuacct/slurm_n042/uid_1203/job_7/cpuacct.usage", "1900000000\n");
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(JOB, 900_000L), Map.of(), 1, true));
  }

  /** proctrack/cgroup without accounting: the processes' own times, with those they waited for. */
  @Test
  void aFreezerKnowsItsProcesses() throws IOException {
    String job = "freezer/slurm_n042/uid_1203/job_7/";
    write(job + "step_0/cgroup.procs", "11\n12\n");
    process(11, 100, 0);
    child(12, 11, 40);
    KernelCpuTimes times = times();
    // 12 ends and 11 has waited for it: what 12 did counts once
    write(job + "step_0/cgroup.procs", "11\n");
    process(11, 130, 45);
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(JOB, 350_000L), Map.of(), 1, true));
    // the last one goes, and with it all that it counted
    write(job + "step_0/cgroup.procs", "");
    later(1_000, 52);
    assertThat(poll(times)).contains(use(101, 102, Map.of(), Map.of(), 1, true));
  }

  /** As srun starts them one after another: the parent of each is none of the job's. */
  @Test
  void aStepThatEndsTakesNothingFromItsNeighbours() throws IOException {
    String job = "freezer/slurm_n042/uid_1203/job_7/";
    write(job + "step_0/cgroup.procs", "11\n");
    write(job + "step_1/cgroup.procs", "21\n");
    process(11, 100, 0);
    process(21, 500, 0);
    KernelCpuTimes times = times();
    write(job + "step_1/cgroup.procs", "22\n");
    process(11, 200, 0);
    process(22, 50, 0);
    later(1_000, 52);
    assertThat(poll(times)).contains(use(100, 101, Map.of(JOB, 1_500_000L), Map.of(), 2, true));
    // a pid that is another's now
    Files.writeString(
        root.resolve("proc/22/stat"), "22 (x) R 1 1 1 0 -1 0 0 0 0 0 60 0 0 0 20 0 1 0 99\n");
    later(1_000, 53);
    assertThat(poll(times)).contains(use(101, 102, Map.of(JOB, 600_000L), Map.of(), 1, true));
  }

  /** One that has ended is in no group any more, and has its time until its parent asks. */
  @Test
  void whatAChildDidCountsOnceHoweverLateItsParentWaits() throws IOException {
    String job = "freezer/slurm_n042/uid_1203/job_7/";
    write(job + "step_0/cgroup.procs", "11\n12\n13\n");
    process(11, 100, 0);
    child(12, 11, 40);
    child(13, 11, 70);
    KernelCpuTimes times = times();
    write(job + "step_0/cgroup.procs", "11\n");
    process(11, 110, 0);
    // 12 waits to be waited for, 13 was reaped just after 11 was read
    Files.writeString(
        root.resolve("proc/12/stat"), "12 (x) Z 11 1 1 0 -1 0 0 0 0 0 45 0 0 0 20 0 1 0 5\n");
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(JOB, 150_000L), Map.of(), 1, true));
    process(11, 120, 71);
    later(1_000, 52);
    assertThat(poll(times)).contains(use(101, 102, Map.of(JOB, 110_000L), Map.of(), 1, true));
    Files.delete(root.resolve("proc/12/stat"));
    process(11, 130, 71 + 46);
    later(1_000, 53);
    assertThat(poll(times)).contains(use(102, 103, Map.of(JOB, 110_000L), Map.of(), 1, true));
  }

  @Test
  void peopleHaveSlicesAndTheSystemsOwnUsersCountAsTheSystem() throws IOException {
    write("user.slice/user-1203.slice/cpu.stat", "usage_usec 100\n");
    write("user.slice/user-0.slice/cpu.stat", "usage_usec 100\n");
    write("user.slice/user-999.slice/cpu.stat", "usage_usec 100\n");
    KernelCpuTimes times = times();
    write("user.slice/user-1203.slice/cpu.stat", "usage_usec 600\n");
    write("user.slice/user-0.slice/cpu.stat", "usage_usec 900\n");
    write("user.slice/user-999.slice/cpu.stat", "usage_usec 900\n");
    write("user.slice/user-1204.slice/cpu.stat", "usage_usec 30\n");
    later(1_000, 51);
    assertThat(poll(times))
        .contains(use(100, 101, Map.of(), Map.of(1203, 500L, 1204, 30L), 1, false));
  }

  /** SSSD gives them ten digits; what is larger than an int is no uid here. */
  @Test
  void theUsersOfADirectoryHaveLongNumbers() throws IOException {
    KernelCpuTimes times = times();
    write("user.slice/user-1587601103.slice/cpu.stat", "usage_usec 500\n");
    write("user.slice/user-2147483647.slice/cpu.stat", "usage_usec 20\n");
    write("user.slice/user-2147483648.slice/cpu.stat", "usage_usec 900\n");
    write("user.slice/user-9999999999.slice/cpu.stat", "usage_usec 900\n");
    later(1_000, 51);
    assertThat(poll(times))
        .contains(
            use(100, 101, Map.of(), Map.of(1_587_601_103, 500L, 2_147_483_647, 20L), 1, false));
  }

  @Test
  void aSliceThatCannotBeReadForAMomentIsNotNew() throws IOException {
    write("user.slice/user-1203.slice/cpu.stat", "usage_usec 5000000\n");
    KernelCpuTimes times = times();
    write("user.slice/user-1203.slice/cpu.stat", "");
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(), Map.of(), 1, false));
    write("user.slice/user-1203.slice/cpu.stat", "usage_usec 5000400\n");
    later(1_000, 52);
    assertThat(poll(times)).contains(use(101, 102, Map.of(), Map.of(1203, 400L), 1, false));
  }

  /** As where the daemon has no file handle left for a moment. */
  @Test
  void aGroupThatIsNotListedOnceIsNotNewAfterwards() throws IOException {
    write(SCOPE + "job_7/cpu.stat", "usage_usec 72000000000\n");
    AtomicBoolean listed = new AtomicBoolean(true);
    JobCgroups all = new JobCgroups(new SysRoot(root), "n042");
    KernelCpuTimes times = times(() -> listed.get() ? all.poll() : List.of());
    listed.set(false);
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(), Map.of(), 1, true));
    listed.set(true);
    write(SCOPE + "job_7/cpu.stat", "usage_usec 72000000300\n");
    later(1_000, 52);
    assertThat(poll(times)).contains(use(101, 102, Map.of(JOB, 300L), Map.of(), 1, true));
  }

  @Test
  void aSliceThatIsNotListedOnceIsNotNewAfterwards() throws IOException {
    write("user.slice/user-1203.slice/cpu.stat", "usage_usec 36000000000\n");
    UserSlices slices =
        new UserSlices(
            new SysRoot(root),
            users -> {
              throw new FileSystemException(users.toString(), null, "Too many open files");
            });
    assertThat(slices.poll(Map.of(1203, 36_000_000_000L))).isEqualTo(Map.of(1203, 36_000_000_000L));
  }

  @Test
  void theSlicesOfAMachineOfBothGenerationsAreFound() throws IOException {
    write("cpuacct/user.slice/user-1203.slice/cpuacct.usage", "1000\n");
    write("unified/user.slice/user-1203.slice/cpu.stat", "usage_usec 100\n");
    KernelCpuTimes times = times();
    write("unified/user.slice/user-1203.slice/cpu.stat", "usage_usec 600\n");
    later(1_000, 51);
    assertThat(poll(times)).contains(use(100, 101, Map.of(), Map.of(1203, 500L), 1, false));
  }

  /** The meters have no interval of it either. */
  @Test
  void afterALongTimeNothingIsKnownOfIt() throws IOException {
    KernelCpuTimes times = times();
    later(3_001, 51);
    assertThat(poll(times)).isEmpty();
    later(1_000, 52);
    assertThat(poll(times).map(CpuUse::busyMicros)).contains(1_000_000L);
  }

  @Test
  void withoutTheKernelsCountersNothingIsSaid() throws IOException {
    KernelCpuTimes times = times();
    Files.writeString(root.resolve("proc/stat"), "");
    now += SECOND;
    assertThat(poll(times)).isEmpty();
    later(1_000, 51);
    assertThat(poll(times)).isEmpty();
  }

  private KernelCpuTimes times() {
    return times(new JobCgroups(new SysRoot(root), "n042")::poll);
  }

  private KernelCpuTimes times(Supplier<List<JobCgroup>> groups) {
    UptimeClock clock =
        new UptimeClock() {
          @Override
          public long nanosSinceBoot() {
            return now;
          }

          @Override
          public Instant wall() {
            return Instant.EPOCH;
          }
        };
    return new KernelCpuTimes(new SysRoot(root), clock, groups, Duration.ofSeconds(3));
  }

  private static Optional<CpuUse> poll(KernelCpuTimes times) {
    Map<JobName, JobKey> here =
        Map.of(JobName.ofId(7), JOB, JobName.ofSluid("sEKNKTV3WPV500"), OTHER);
    return times.poll(name -> Optional.ofNullable(here.get(name)));
  }

  private static CpuUse use(
      long from,
      long to,
      Map<JobKey, Long> jobs,
      Map<Integer, Long> users,
      long busySeconds,
      boolean jobsAreSeen) {
    return new CpuUse(
        from * SECOND,
        to * SECOND,
        jobs,
        new TreeMap<>(users),
        busySeconds * 1_000_000,
        jobsAreSeen);
  }

  private void later(long millis, long busySeconds) throws IOException {
    now += millis * 1_000_000;
    busySeconds(busySeconds);
  }

  /** In ticks, of which each second has 60 of user, 10 nice, 20 system, 4 irq and 6 softirq. */
  private void busySeconds(long seconds) throws IOException {
    String ticks =
        LongStream.of(60, 10, 20, 700, 30, 4, 6, 9, 0, 0)
            .mapToObj(each -> Long.toString(each * seconds))
            .collect(Collectors.joining(" "));
    Path proc = Files.createDirectories(root.resolve("proc"));
    Files.writeString(proc.resolve("stat"), "cpu  " + ticks + "\ncpu0 1 2 3\n");
  }

  /** Of a parent outside the group. */
  private void process(long pid, long ownTicks, long childrensTicks) throws IOException {
    process(pid, 1, ownTicks, childrensTicks);
  }

  private void child(long pid, long parent, long ownTicks) throws IOException {
    process(pid, parent, ownTicks, 0);
  }

  private void process(long pid, long parent, long ownTicks, long childrensTicks)
      throws IOException {
    Path directory = Files.createDirectories(root.resolve("proc").resolve(Long.toString(pid)));
    Files.writeString(
        directory.resolve("stat"),
        pid
            + " (x) R "
            + parent
            + " 1 1 0 -1 0 0 0 0 0 "
            + ownTicks
            + " 0 0 "
            + childrensTicks
            + " 20 0 1 0 5\n");
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve("sys/fs/cgroup").resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
