package org.sobre.jobs.oom;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.probe.SysRoot;

class HostMemoryTest {

  @TempDir private Path root;

  @Test
  void theSecondGenerationCountsInMemoryEvents() throws IOException {
    String group = "system.slice/slurmstepd.scope/job_7/step_batch/user/task_0";
    write("proc/self/cgroup", "0::/" + group + "\n");
    write(
        "sys/fs/cgroup/" + group + "/memory.events",
        "low 0\noom 3\noom_kill 2\noom_group_kill 0\n");
    assertThat(kills()).hasValue(2);
  }

  @Test
  void theFirstGenerationCountsInOomControl() throws IOException {
    write("proc/self/cgroup", "12:cpu,cpuacct:/x\n9:memory:/slurm/uid_1000/job_7/step_0\n0::/\n");
    write(
        "sys/fs/cgroup/memory/slurm/uid_1000/job_7/step_0/memory.oom_control",
        "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
    assertThat(kills()).hasValue(1);
  }

  @Test
  void whereNothingTellsNothingIsKnown() throws IOException {
    assertThat(kills()).isEmpty();
    write("proc/self/cgroup", "0::/x\n");
    assertThat(kills()).isEmpty();
    write("sys/fs/cgroup/x/memory.events", "oom 1\n");
    assertThat(kills()).isEmpty();
  }

  @Test
  void onlyWhatHappenedMeanwhileCounts() {
    assertThat(HostMemory.between(OptionalLong.of(2), OptionalLong.of(3))).hasValue(1);
    assertThat(HostMemory.between(OptionalLong.of(2), OptionalLong.of(2))).hasValue(0);
    assertThat(HostMemory.between(OptionalLong.empty(), OptionalLong.of(2))).isEmpty();
    assertThat(HostMemory.between(OptionalLong.of(2), OptionalLong.empty())).isEmpty();
  }

  private OptionalLong kills() {
    return new HostMemory(new SysRoot(root)).kills();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
