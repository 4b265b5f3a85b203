package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.jobs.plan.Device;

/** What a command may take of main memory, from trees as the kernel shows them. */
class MainMemoryTest {

  private static final long MEBI = 1 << 20;

  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aMachineOfSixtyFourGibibytes() throws IOException {
    write(
        "proc/meminfo",
        "MemTotal:       67108864 kB\nMemFree:  1 kB\nMemAvailable:   62914560 kB\n");
  }

  @Test
  void withoutAnythingElseItIsWhatTheMachineHasToGive() throws Exception {
    Device held = held();
    assertThat(held.total().mebibytes()).isEqualTo(65_536);
    assertThat(held.free().mebibytes()).isEqualTo(61_440);
    assertThat(held.vendor()).isEmpty();
    assertThat(held.model()).isEqualTo("the main memory of this machine");
  }

  /** Each of 16 tasks has one beside it. */
  @Test
  void whatTheWrappersThemselvesTakeIsLeft() throws Exception {
    SysRoot root = new SysRoot(directory);
    assertThat(held().reserved().mebibytes()).isEqualTo(64);
    Device of16 = new MainMemory(environment, root, 16).held();
    assertThat(of16.reserved().mebibytes()).isEqualTo(16 * 64);
  }

  @ParameterizedTest
  @CsvSource({
    "SLURM_MEM_PER_NODE=8192, 8192",
    "SLURM_MEM_PER_CPU=1000 SLURM_CPUS_ON_NODE=4, 4000",
    "SLURM_MEM_PER_NODE=0, 65536",
    "SLURM_MEM_PER_CPU=1000, 65536",
    "SLURM_MEM_PER_NODE=much, 65536",
    "SLURM_MEM_PER_NODE=100000, 65536"
  })
  void aJobHasWhatSlurmPromisedIt(String variables, long mebibytes) throws Exception {
    for (String variable : variables.split(" ", -1)) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    assertThat(held().total().mebibytes()).isEqualTo(65_536);
    environment.put("SLURM_JOB_ID", "7");
    assertThat(held().total().mebibytes()).isEqualTo(mebibytes);
    assertThat(held().free().mebibytes()).isEqualTo(Math.min(mebibytes, 61_440));
    assertThat(held().model()).isEqualTo("the main memory of this job");
  }

  /** The step has no limit of its own; the job above it has, of which files read are given back. */
  @Test
  void theSecondGenerationOfControlGroupsIsAskedUpwards() throws Exception {
    String job = "system.slice/slurmstepd.scope/job_7";
    write("proc/self/cgroup", "0::/" + job + "/step_0/user/task_0\n");
    write("sys/fs/cgroup/" + job + "/step_0/memory.max", "max\n");
    write("sys/fs/cgroup/" + job + "/memory.max", 4096 * MEBI + "\n");
    write("sys/fs/cgroup/" + job + "/memory.current", 3000 * MEBI + "\n");
    write("sys/fs/cgroup/" + job + "/memory.stat", "anon 1\ninactive_file " + 2500 * MEBI + "\n");
    assertThat(held().total().mebibytes()).isEqualTo(4096);
    assertThat(held().free().mebibytes()).isEqualTo(4096 - 500);
  }

  @Test
  void theTighterOfTwoLimitsCounts() throws Exception {
    write("proc/self/cgroup", "0::/a/b\n");
    write("sys/fs/cgroup/a/memory.max", 8192 * MEBI + "\n");
    write("sys/fs/cgroup/a/memory.current", 7000 * MEBI + "\n");
    write("sys/fs/cgroup/a/b/memory.max", 4096 * MEBI + "\n");
    assertThat(held().free().mebibytes()).isEqualTo(1192);
  }

  @Test
  void theFirstGenerationIsAskedWhereItHasTheMemory() throws Exception {
    write("proc/self/cgroup", "4:cpu,memory:/slurm/uid_1/job_7\n1:name=systemd:/\n0::/\n");
    String group = "sys/fs/cgroup/memory/slurm/uid_1/job_7";
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write(group + "/memory.limit_in_bytes", 2048 * MEBI + "\n");
    write(group + "/memory.usage_in_bytes", 300 * MEBI + "\n");
    write(group + "/memory.stat", "inactive_file 1\ntotal_inactive_file " + 200 * MEBI + "\n");
    assertThat(held().total().mebibytes()).isEqualTo(2048);
    assertThat(held().free().mebibytes()).isEqualTo(1948);
  }

  /** The path is that of another name space: what a container shows is above it. */
  @Test
  void inAContainerTheLimitIsAtTheTop() throws Exception {
    write("proc/self/cgroup", "0::/../../elsewhere\n");
    write("sys/fs/cgroup/memory.max", 1024 * MEBI + "\n");
    assertThat(held().total().mebibytes()).isEqualTo(65_536);
    write("proc/self/cgroup", "0::/kubepods/pod1\n");
    assertThat(held().total().mebibytes()).isEqualTo(1024);
  }

  @Test
  void theWrappersOwnPartIsNotItsCommands() throws Exception {
    environment.put("SLURM_JOB_ID", "7");
    environment.put("SLURM_MEM_PER_NODE", "1000");
    assertThat(held().budget().mebibytes()).isEqualTo(1000 - 64);
    environment.put("SLURM_MEM_PER_NODE", "10");
    assertThat(held().budget().bytes()).isZero();
  }

  @Test
  void aMachineThatTellsNothingIsNamed() throws IOException {
    write("proc/meminfo", "nothing\n");
    assertThatThrownBy(this::held)
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("proc/meminfo cannot be read");
  }

  private Device held() throws PlanningException {
    return new MainMemory(environment, new SysRoot(directory), 1).held();
  }

  private void write(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
