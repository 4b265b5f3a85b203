package org.sobre.slurm.job.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.cgroup.JobCgroup.Hierarchy;

class JobCgroupsTest {

  private static final String SCOPE = "system.slice/n042_slurmstepd.scope";

  @TempDir private Path root;

  @Test
  void aMachineWithoutAnyHasNone() {
    assertThat(cgroups().poll()).isEmpty();
  }

  @Test
  void theSecondGenerationTellsWhoIsAlive() throws IOException {
    Path alive = unified("", SCOPE + "/job_7", 1);
    write(alive.resolve("step_0/user/task_0/cgroup.procs"), "4711\n");
    Path gone = unified("", SCOPE + "/sEKNKTV3WPV500", 0);
    unified("", SCOPE + "/system", 1);
    unified("", "system.slice/n043_slurmstepd.scope/job_9", 1);
    unified("", "user.slice/user-1203.slice", 1);
    assertThat(cgroups().poll())
        .containsExactlyInAnyOrder(
            ofUnified(JobName.ofId(7), alive, true),
            ofUnified(JobName.ofSluid("sEKNKTV3WPV500"), gone, false));
  }

  @Test
  void theSecondGenerationBesideTheFirstIsFoundToo() throws IOException {
    Path job = unified("unified", "system.slice/slurmstepd.scope/job_7", 1);
    assertThat(cgroups().poll()).containsExactly(ofUnified(JobName.ofId(7), job, true));
  }

  @Test
  void ofTheFirstGenerationTheOneThatKnowsTheTimeIsTold() throws IOException {
    Path timed = directory("cpuacct/slurm_n042/uid_1203/job_7/step_batch/task_0");
    write(timed.resolve("cgroup.procs"), "");
    Path tracked = directory("freezer/slurm_n042/uid_1203/job_7/step_batch");
    write(tracked.resolve("cgroup.procs"), "4711\n4712\n");
    Path untimed = directory("freezer/slurm_n042/uid_1204/job_8/step_0");
    write(untimed.resolve("cgroup.procs"), "4713\n");
    Path left = directory("freezer/slurm_n042/uid_1204/job_6/step_0");
    write(left.resolve("cgroup.procs"), "");
    write(directory("freezer/slurm_n043/uid_1204/job_5").resolve("cgroup.procs"), "4714\n");
    assertThat(cgroups().poll())
        .containsExactlyInAnyOrder(
            new JobCgroup(
                JobName.ofId(7),
                OptionalInt.of(1203),
                Hierarchy.CPUACCT,
                directory("cpuacct/slurm_n042/uid_1203/job_7"),
                true),
            new JobCgroup(
                JobName.ofId(8),
                OptionalInt.of(1204),
                Hierarchy.FREEZER,
                directory("freezer/slurm_n042/uid_1204/job_8"),
                true),
            new JobCgroup(
                JobName.ofId(6),
                OptionalInt.of(1204),
                Hierarchy.FREEZER,
                directory("freezer/slurm_n042/uid_1204/job_6"),
                false));
  }

  @Test
  void theProcessesOfAJobAreThoseOfAllItsSteps() throws IOException {
    Path job = directory("freezer/slurm/uid_1203/job_7");
    write(job.resolve("cgroup.procs"), "");
    write(job.resolve("step_0/cgroup.procs"), "11\n12\n");
    write(job.resolve("step_1/task_0/cgroup.procs"), "13\n");
    List<JobCgroup> groups = cgroups().poll();
    assertThat(groups).hasSize(1);
    assertThat(JobCgroups.processes(groups.get(0))).containsExactlyInAnyOrder(11L, 12L, 13L);
  }

  private JobCgroups cgroups() {
    return new JobCgroups(new SysRoot(root), "n042");
  }

  private static JobCgroup ofUnified(JobName job, Path path, boolean alive) {
    return new JobCgroup(job, OptionalInt.empty(), Hierarchy.UNIFIED, path, alive);
  }

  private Path unified(String mount, String path, int populated) throws IOException {
    Path directory = directory(mount.isEmpty() ? path : mount + "/" + path);
    write(directory.resolve("cgroup.events"), "populated " + populated + "\nfrozen 0\n");
    return directory;
  }

  private Path directory(String path) throws IOException {
    return Files.createDirectories(root.resolve("sys/fs/cgroup").resolve(path));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
