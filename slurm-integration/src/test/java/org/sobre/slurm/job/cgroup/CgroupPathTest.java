package org.sobre.slurm.job.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupPathTest {

  @ParameterizedTest
  @CsvSource({
    "/system.slice/n042_slurmstepd.scope/job_12345/step_0/user/task_0, "
        + "system.slice/n042_slurmstepd.scope/job_12345",
    "system.slice/slurmstepd.scope/job_12345, system.slice/slurmstepd.scope/job_12345",
    "/slurm.slice/slurmstepd.scope/job_12345/step_extern/slurm, "
        + "slurm.slice/slurmstepd.scope/job_12345",
  })
  void theSecondGenerationNamesAJobById(String path, String job) {
    assertThat(CgroupPath.parse(path, "n042"))
        .contains(new CgroupPath(JobName.ofId(12345), OptionalInt.empty(), job));
  }

  @Test
  void laterReleasesNameItByItsSluid() {
    assertThat(
            CgroupPath.parse(
                "/system.slice/slurmstepd.scope/sEKNKTV3WPV500/step_batch/user", "n042"))
        .contains(
            new CgroupPath(
                JobName.ofSluid("sEKNKTV3WPV500"),
                OptionalInt.empty(),
                "system.slice/slurmstepd.scope/sEKNKTV3WPV500"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"slurm_n042", "slurm"})
  void theFirstGenerationKnowsTheUserToo(String prepend) {
    String job = prepend + "/uid_1203/job_7";
    assertThat(CgroupPath.parse("/" + job + "/step_batch/task_0", "n042"))
        .contains(new CgroupPath(JobName.ofId(7), OptionalInt.of(1203), job));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/user.slice/user-1203.slice/session-4.scope",
        "/system.slice/n042_slurmstepd.scope",
        "/system.slice/n042_slurmstepd.scope/system",
        "/system.slice/n043_slurmstepd.scope/job_12345/step_0",
        "/system.slice/slurmstepd.scope/job_",
        "/system.slice/slurmstepd.scope/job_0",
        "/system.slice/slurmstepd.scope/job_12345678901",
        "/system.slice/slurmstepd.scope/job_12a",
        "/system.slice/slurmstepd.scope/sEKNKTV3WPV50",
        "/system.slice/slurmstepd.scope/sEKNKTV3WPV5000",
        "/system.slice/slurmstepd.scope/sEKNKTU3WPV500",
        "/system.slice/docker-12.scope/job_12345",
        "/slurm_n043/uid_1203/job_7",
        "/slurm_n042/uid_/job_7",
        "/slurm_n042/uid_4294967294/job_7",
        "/slurm_n042/job_7/step_0",
        "/slurm_n042/uid_1203",
        "//slurm_n042/uid_1203/job_7",
      })
  void othersAreNoJobsOfThisNode(String path) {
    assertThat(CgroupPath.parse(path, "n042")).isEmpty();
  }

  @Test
  void aProcessIsInOneOfItsHierarchies() {
    String ofV1 =
        """
        9:name=systemd:/system.slice/slurmd.service
        6:freezer:/slurm_n042/uid_1203/job_7/step_0
        2:cpu,cpuacct:/slurm_n042/uid_1203/job_7/step_0/task_0
        0::/system.slice/slurmd.service
        """;
    assertThat(CgroupPath.ofProcess(ofV1, "n042").map(CgroupPath::job)).contains(JobName.ofId(7));
    String ofV2 = "0::/system.slice/n042_slurmstepd.scope/job_8/step_0/user/task_1\n";
    assertThat(CgroupPath.ofProcess(ofV2, "n042").map(CgroupPath::job)).contains(JobName.ofId(8));
    assertThat(CgroupPath.ofProcess("0::/init.scope\n", "n042")).isEmpty();
  }

  @Test
  void aJobHasOneName() {
    assertThatThrownBy(() -> new JobName(OptionalLong.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new JobName(OptionalLong.of(7), Optional.of("sEKNKTV3WPV500")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyTextIsReadOrIsNone(long seed) {
    RandomGenerator random = new java.util.Random(seed);
    String[] words = {
      "system.slice", "slurm_n042", "n042_slurmstepd.scope", "job_7", "uid_1", "", "job_99999999999"
    };
    for (int i = 0; i < 2_000; i++) {
      String path =
          IntStream.range(0, random.nextInt(6))
              .mapToObj(any -> words[random.nextInt(words.length)])
              .reduce("", (a, b) -> a + "/" + b);
      CgroupPath.parse(path, "n042")
          .ifPresent(read -> assertThat(path).startsWith("/" + read.text()).contains("/job_7"));
    }
  }
}
